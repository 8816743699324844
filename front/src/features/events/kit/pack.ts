// Packs a folder's files as a zip, in the page: file by file, so that the page stays awake. No worker is used:
// the policy of the pages allows none that is made from a text.
import type { Member } from "./choice";

const STORED = /\.(zip|gz|tgz|zst|xz|bz2|png|jpe?g|npz|parquet|mp4|webp)$/i; // packed already
const PIECE = 1 << 20;

export async function pack(
  name: string,
  members: readonly Member[],
  onProgress: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<File> {
  const { Zip, ZipDeflate, ZipPassThrough } = await import("fflate");
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, piece) => {
    if (error) failure = error;
    else pieces.push(piece.slice());
  });
  let done = 0;
  for (const { path, file } of members) {
    const entry = STORED.test(path) ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 });
    entry.mtime = new Date(1980, 0, 1, 12); // equal files give equal bytes
    zip.add(entry);
    for (let at = 0; at < file.size; at += PIECE) {
      const part = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
      entry.push(part);
      done += part.length;
      onProgress(done);
      signal?.throwIfAborted();
      if (failure) throw failure;
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  if (failure) throw failure;
  return new File(pieces, `${name}.zip`, { type: "application/zip" });
}
