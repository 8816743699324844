// Files that come from the person's machine: chosen, dropped, as folders or as a zip.
import { contentOf, MOST_BYTES, MOST_FILES, tidied, whyNoPath, type DraftFile } from "./files";
import { bytes } from "../../text/format";

interface Raw {
  path: string;
  bytes: Uint8Array;
}

const wholeOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

export async function fromInput(
  files: FileList | readonly File[],
  elements: readonly string[],
): Promise<DraftFile[]> {
  const all = [...files];
  refuseTooMuch(
    all.length,
    all.reduce((sum, file) => sum + file.size, 0),
  );
  const raw = await Promise.all(
    all.map(async (file) => ({ path: file.webkitRelativePath || file.name, bytes: await wholeOf(file) })),
  );
  return taken(raw, elements);
}

// The entries have to be asked for before the first await: the browser empties them behind the event.
export async function fromDrop(data: DataTransfer, elements: readonly string[]): Promise<DraftFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return fromInput(data.files, elements);
  const raw: Raw[] = [];
  for (const entry of entries) await walk(entry, "", raw);
  return taken(raw, elements);
}

async function walk(entry: FileSystemEntry, above: string, found: Raw[]): Promise<void> {
  const path = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    refuseTooMuch(
      found.length + 1,
      found.reduce((sum, one) => sum + one.bytes.length, file.size),
    );
    found.push({ path, bytes: await wholeOf(file) });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const one of some) await walk(one, `${path}/`, found);
  }
}

// A zip alone is opened; beside other files, or named by the problem, it is a file like they are.
async function taken(raw: readonly Raw[], elements: readonly string[]): Promise<DraftFile[]> {
  const [only] = raw;
  if (only && /\.(tar|tar\.gz|tgz)$/i.test(only.path))
    throw new Error(`${only.path} is a tar archive; bring a zip, a folder or the files themselves.`);
  const isZip =
    raw.length === 1 && only !== undefined && /\.zip$/i.test(only.path) && !elements.includes(only.path);
  const opened = isZip ? await unzipped(only) : raw;
  const files = tidied(
    opened.map((one) => ({ path: one.path, content: contentOf(one.bytes) })),
    elements,
  );
  if (files.length === 0) throw new Error("There is no file in it that a submission could use.");
  for (const file of files) {
    const why = whyNoPath(file.path);
    if (why) throw new Error(`${file.path}: ${why}`);
  }
  return files;
}

export async function unzipped(archive: Raw): Promise<Raw[]> {
  const { unzipSync } = await import("fflate");
  let total = 0;
  let count = 0;
  const entries = (() => {
    try {
      return unzipSync(archive.bytes, {
        filter: (file) => {
          refuseTooMuch(++count, (total += file.originalSize));
          return !file.name.endsWith("/");
        },
      });
    } catch (thrown) {
      if (thrown instanceof TooMuch) throw thrown;
      throw new Error(
        `${archive.path} cannot be read as a zip; make it anew, or bring the files themselves.`,
      );
    }
  })();
  return Object.entries(entries).map(([path, content]) => ({ path, bytes: content }));
}

class TooMuch extends Error {}

function refuseTooMuch(count: number, size: number): void {
  if (count > MOST_FILES)
    throw new TooMuch(`More than ${MOST_FILES} files; a submission holds what its code reads.`);
  if (size > MOST_BYTES)
    throw new TooMuch(`More than ${bytes(MOST_BYTES)}; a submission holds what its code reads.`);
}
