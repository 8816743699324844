// Reads as much of a file as its preview needs.
import { beginOfEntry, readNpyHead, readZipDirectory, readZipEnd, type ArrayHead } from "./arrays";
import { readTable, type Table } from "./csv";
import { addressOfFile, lookOf, type EventFile } from "./files";
import { beginOf, gunzipped, part } from "./ranges";

export type Preview =
  | { look: "table"; table: Table }
  | { look: "code" | "text" | "markdown" | "notebook"; text: string; isCut: boolean }
  | { look: "array"; arrays: ArrayHead[] }
  | { look: "image"; address: string }
  | { look: "none"; why: string };

const MOST_TABLE = 256_000;
const MOST_TEXT = 200_000;
const MOST_NOTEBOOK = 10_000_000;
const MOST_IMAGE = 20_000_000;
const HEAD = 8192;
const MOST_ARRAYS = 40;

const utf8 = new TextDecoder();

async function arraysOf(url: string, file: EventFile): Promise<ArrayHead[]> {
  if (file.path.endsWith(".npy")) return [readNpyHead((await beginOf(url, file.size_bytes, HEAD)).bytes)];
  const tail = Math.min(file.size_bytes, 66_000);
  const end = readZipEnd(await part(url, file.size_bytes - tail, tail));
  const entries = readZipDirectory(await part(url, end.begin, end.bytes));
  const wanted = entries.filter((entry) => entry.name.endsWith(".npy")).slice(0, MOST_ARRAYS);
  return Promise.all(
    wanted.map(async (entry) => {
      const length = Math.min(HEAD, file.size_bytes - entry.begin);
      return readNpyHead(beginOfEntry(await part(url, entry.begin, length), entry.method), entry.name);
    }),
  );
}

async function tableOf(url: string, file: EventFile): Promise<Table> {
  const { bytes, isWhole } = await beginOf(url, file.size_bytes, MOST_TABLE);
  const text = utf8.decode(file.path.endsWith(".gz") ? gunzipped(bytes) : bytes);
  return readTable(text, !isWhole);
}

// Fails with a Problem of the server, or an Error that says what is wrong with the file.
export async function previewOf(event: string, file: EventFile): Promise<Preview> {
  const url = addressOfFile(event, file.path);
  const look = lookOf(file.path);
  if (file.size_bytes === 0) return { look: "none", why: "The file is empty." };
  if (look === "none")
    return { look, why: "Files of this kind are not shown here. Download it to look at it." };
  if (look === "table") return { look, table: await tableOf(url, file) };
  if (look === "array") return { look, arrays: await arraysOf(url, file) };
  if (look === "image" && file.size_bytes > MOST_IMAGE)
    return { look: "none", why: "This image is too large to be shown here. Download it to look at it." };
  if (look === "image") return { look, address: url };
  const most = look === "notebook" ? MOST_NOTEBOOK : MOST_TEXT;
  if (look === "notebook" && file.size_bytes > most)
    return { look: "none", why: "This notebook is too large to be shown here. Download it to look at it." };
  const { bytes, isWhole } = await beginOf(url, file.size_bytes, most);
  return { look, text: utf8.decode(bytes), isCut: !isWhole };
}
