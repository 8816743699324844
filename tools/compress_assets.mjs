// Writes FILE.gz and FILE.br beside each text file of a folder, as machine/web serves them. Small files stay alone:
// what is saved is less than the headers.
// usage: node compress_assets.mjs FOLDER
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const TEXT = new Set(['.html', '.js', '.mjs', '.css', '.json', '.map', '.webmanifest', '.svg', '.txt', '.csv', '.wasm'])
const LEAST_BYTES = 1024
const AT_ONCE = 8

async function compress(path) {
  const plain = await readFile(path)
  if (plain.length <= LEAST_BYTES) return
  const forms = [
    ['.gz', await promisify(gzip)(plain, { level: 9 })],
    ['.br', await promisify(brotliCompress)(plain, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length }
    })]
  ]
  for (const [ending, packed] of forms) if (packed.length < plain.length) await writeFile(path + ending, packed)
}

const folder = process.argv[2]
if (!folder) {
  console.error('usage: node compress_assets.mjs FOLDER')
  process.exit(2)
}
const found = await readdir(folder, { recursive: true, withFileTypes: true })
const paths = found.filter((f) => f.isFile() && TEXT.has(extname(f.name))).map((f) => join(f.parentPath, f.name))
const next = paths.values()
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  for (const path of next) await compress(path)
}))
