import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { beginOfEntry, dtypeName, readNpyHead, readZipDirectory, readZipEnd } from "./arrays";

function npy(head: string, version = 1, content = 0): Uint8Array {
  const text = head.padEnd(117) + "\n";
  const bytes = new Uint8Array(10 + (version > 1 ? 2 : 0) + text.length + content);
  bytes.set([0x93, ...[..."NUMPY"].map((c) => c.charCodeAt(0)), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(new TextEncoder().encode(text), version === 1 ? 10 : 12);
  for (let i = 0; i < content; i++) bytes[bytes.length - content + i] = (i * 7919) % 251;
  return bytes;
}
const head = (descr: string, shape: string, order = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

describe("an NPY file's head", () => {
  it.each([
    [head("'<f8'", "(1347, 8, 8)"), { dtype: "<f8", shape: [1347, 8, 8], isFortran: false }],
    [head("'|b1'", "(3,)", "True"), { dtype: "|b1", shape: [3], isFortran: true }],
    [head("'<i8'", "()"), { dtype: "<i8", shape: [], isFortran: false }],
    [
      head("[('a', '<f4'), ('b', '<i2')]", "(2,)"),
      { dtype: "[('a', '<f4'), ('b', '<i2')]", shape: [2], isFortran: false },
    ],
  ])("%s", (text, found) => expect(readNpyHead(npy(text))).toEqual({ name: "", ...found }));
  it("of version 2 has a longer length", () =>
    expect(readNpyHead(npy(head("'<f4'", "(1,)"), 2)).shape).toEqual([1]));
  it("is missed elsewhere", () => {
    expect(() => readNpyHead(new Uint8Array([1, 2, 3]))).toThrow("no NPY file");
    expect(() => readNpyHead(npy(head("'<f4'", "(1,)")).subarray(0, 40))).toThrow("ends within its head");
  });
});

describe("a dtype", () => {
  it.each([
    ["<f8", "float64"],
    ["|u1", "uint8"],
    ["|b1", "bool"],
    ["<U9", "text of up to 9 characters"],
    ["|O", "Python objects"],
  ])("%s is %s", (written, name) => expect(dtypeName(written)).toBe(name));
});

describe("an NPZ file", () => {
  it.each([0, 6] as const)("is read from its end and its entries' heads, packed at level %s", (level) => {
    const zip = zipSync(
      {
        "images.npy": npy(head("'|u1'", "(100, 48, 48)"), 1, 100_000),
        "digits.npy": npy(head("'<i8'", "(100,)"), 1, 800),
      },
      { level },
    );
    const end = readZipEnd(zip.subarray(-65_000));
    const entries = readZipDirectory(zip.subarray(end.begin, end.begin + end.bytes));
    expect(entries.map((entry) => entry.name)).toEqual(["images.npy", "digits.npy"]);
    const heads = entries.map((entry) =>
      readNpyHead(beginOfEntry(zip.subarray(entry.begin, entry.begin + 2000), entry.method), entry.name),
    );
    expect(heads.map((one) => one.shape)).toEqual([[100, 48, 48], [100]]);
  });
  it("is not every file", () => expect(() => readZipEnd(new Uint8Array(100))).toThrow("no NPZ"));
});
