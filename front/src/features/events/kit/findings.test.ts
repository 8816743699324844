import { expect, it } from "vitest";
import { grouped, placeOf, summed, type Finding } from "./findings";

const finding = (weight: Finding["weight"], file: string, line: number): Finding => ({ weight, file, line, message: "m", next: "n" });
const all = [
  finding("note", "kit.toml", 0), finding("warning", "problem.py", 30), finding("error", "problem.py", 90),
  finding("error", "", 0), finding("error", "problem.py", 4),
];

it("errors first, the whole kit before its files, lines in order", () => {
  expect(grouped(all).map((group) => [group.file, group.worst, group.findings.map((one) => one.line)])).toEqual([
    ["", "error", [0]], ["problem.py", "error", [4, 90, 30]], ["kit.toml", "note", [0]],
  ]);
});
it("counts and places in words", () => {
  expect(summed(all)).toBe("3 errors, 1 warning, 1 note");
  expect(summed([])).toBe("");
  expect(all.slice(1, 4).map(placeOf)).toEqual(["problem.py, line 30", "problem.py, line 90", "the whole kit"]);
});
