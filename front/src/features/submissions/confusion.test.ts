import { expect, it } from "vitest";
import { percent, rightShare, rowsOf } from "./confusion";

it("a cell is a share of its row", () => {
  const [first, second] = rowsOf(
    ["benign", "malignant"],
    [
      [8, 2],
      [0, 0],
    ],
  );
  expect(first).toMatchObject({ label: "benign", total: 10, recall: 0.8 });
  expect(first?.cells.map((cell) => cell.share)).toEqual([0.8, 0.2]);
  expect(second).toMatchObject({ total: 0, recall: null });
});

it("what is right lies on the diagonal", () => {
  expect(
    rightShare([
      [8, 2],
      [1, 9],
    ]),
  ).toBe(0.85);
  expect(rightShare([[0]])).toBeNull();
  expect(percent(0.854)).toBe("85 %");
});
