import { describe, expect, it } from "vitest";
import { changeWords, fileChanges, lineCount } from "./lines";

describe("lines", () => {
  it.each([
    ["a\nb\nc", "a\nb\nc", 0, 0],
    ["a\nb\nc", "a\nx\nc", 1, 1],
    ["a\nb", "a\nb\nc\nd", 2, 0],
    ["", "a\nb", 2, 0],
    ["a\nb\nc\nd", "b\nd\ne", 1, 2],
  ])("from %j to %j", (before, after, added, removed) =>
    expect(lineCount(before, after)).toEqual({ added, removed }),
  );
});

it("files are added, removed, changed or the same", () => {
  const before = [
    { path: "a.py", content: "x" },
    { path: "b.py", content: "x" },
    { path: "c.bin", content: new Uint8Array([1]) },
  ];
  const after = [
    { path: "a.py", content: "y" },
    { path: "c.bin", content: new Uint8Array([1]) },
    { path: "d.py", content: "z" },
  ];
  expect(fileChanges(before, after).map((one) => `${one.path} ${changeWords(one)}`)).toEqual([
    "a.py +1 −1",
    "c.bin no change",
    "d.py new",
    "b.py removed",
  ]);
});
