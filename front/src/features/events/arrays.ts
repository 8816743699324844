// What an NPY or NPZ file holds, read from its heads alone (NumPy's format, versions 1 to 3; zip, APPNOTE 6.3).
import { Inflate } from "fflate";

export interface ArrayHead {
  name: string; // within an NPZ; "" for an NPY
  dtype: string; // "<f8", or a structure's text
  shape: number[];
  isFortran: boolean;
}

const latin = new TextDecoder("latin1");

// Fails with an Error that says what is wrong.
export function readNpyHead(bytes: Uint8Array, name = ""): ArrayHead {
  if (bytes[0] !== 0x93 || latin.decode(bytes.subarray(1, 6)) !== "NUMPY")
    throw new Error("this is no NPY file: it does not begin as one");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isShort = (bytes[6] ?? 1) === 1;
  const begin = isShort ? 10 : 12;
  if (bytes.length < begin) throw new Error("this NPY file ends within its head");
  const length = isShort ? view.getUint16(8, true) : view.getUint32(8, true);
  if (bytes.length < begin + length) throw new Error("this NPY file ends within its head");
  const text = latin.decode(bytes.subarray(begin, begin + length));
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  const descr = /'descr':\s*(?:'([^']*)'|(\[[\s\S]*\]))\s*,\s*'(?:fortran_order|shape)'/.exec(text);
  if (shape === undefined || !descr) throw new Error("this NPY file's head cannot be read");
  return {
    name,
    dtype: descr[1] ?? descr[2] ?? "",
    shape: shape
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean)
      .map(Number),
    isFortran: /'fortran_order':\s*True/.test(text),
  };
}

const KINDS: Record<string, string> = { f: "float", i: "int", u: "uint", c: "complex" };

// "<f8" as NumPy's users say it: float64.
export function dtypeName(dtype: string): string {
  const [, kind = "", size = ""] = /^[<>|=]?([a-zA-Z])(\d*)/.exec(dtype) ?? [];
  if (KINDS[kind]) return `${KINDS[kind]}${Number(size) * 8}`;
  if (kind === "b" || kind === "?") return "bool";
  if (kind === "U") return `text of up to ${size} characters`;
  if (kind === "S") return `bytes of up to ${size}`;
  if (kind === "M") return "dates";
  if (kind === "m") return "durations";
  if (kind === "O") return "Python objects";
  return dtype.startsWith("[") ? "structure" : dtype;
}

export interface ZipEntry {
  name: string;
  method: number; // 0 stored, 8 deflated
  packedBytes: number;
  bytes: number;
  begin: number; // of its local head
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;

// Where the list of entries lies, from the file's last bytes.
export function readZipEnd(tail: Uint8Array): { begin: number; bytes: number } {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - 22; at >= 0; at--)
    if (view.getUint32(at, true) === END_OF_DIRECTORY)
      return { begin: view.getUint32(at + 16, true), bytes: view.getUint32(at + 12, true) };
  throw new Error("this file does not end as a zip does: it is no NPZ");
}

export function readZipDirectory(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= bytes.length && view.getUint32(at, true) === DIRECTORY_ENTRY;) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)),
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      begin: view.getUint32(at + 42, true),
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

// The first bytes of an entry's content, from bytes that begin at its local head.
export function beginOfEntry(bytes: Uint8Array, method: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 30 || view.getUint32(0, true) !== LOCAL_ENTRY)
    throw new Error("this zip's entries are not where its list says");
  const content = bytes.subarray(30 + view.getUint16(26, true) + view.getUint16(28, true));
  if (method === 0) return content;
  if (method !== 8) throw new Error(`this zip is packed by method ${method}, which is not read here`);
  const parts: Uint8Array[] = [];
  const inflate = new Inflate((part) => parts.push(part));
  inflate.push(content, false); // what is missing behind it is not an error
  return joined(parts);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
