import { expect, it } from "vitest";
import { chosenWith, compared, signed } from "./compare";
import { shownColumns, type Row } from "./rows";

const columns = shownColumns(
  [
    { name: "acc", precision: 2, is_lower_the_better: false, official: true },
    { name: "nll", precision: 2, is_lower_the_better: true, official: false },
  ],
  false,
);
const row = (acc: number, nll: number | null, fit: number): Row => ({
  rank: 1, submission_id: "1", number: 1, name: "x", team: { id: "t", name: "T" },
  scores: { acc: { valid: acc, train_mean: acc + 0.1, valid_mean: acc }, nll: { valid: nll } },
  fit_seconds: fit, created_at: "2026-03-01T12:00:00Z",
});

it("says which is the better one, whichever way is better", () => {
  const lines = compared(row(0.9, 0.4, 2), row(0.95, 0.5, 2), columns);
  expect(lines.map((one) => [one.name, one.better])).toEqual([
    ["acc", "b"], ["nll", "a"], ["gap from training to validation", expect.toBeOneOf(["a", "b", null])], ["training, seconds", null],
    ["prediction, seconds", null],
  ]);
});
it("has no difference where one is missing", () => {
  expect(compared(row(0.9, null, 2), row(0.9, 0.5, 2), columns)[1]).toMatchObject({ difference: null, better: null });
});
it("writes a difference with its sign", () => {
  expect([signed(0.012, 2), signed(-0.5, 1), signed(0.0012, 2), signed(0, 2), signed(1e-9, 2), signed(null, 2)]).toEqual([
    "+0.01", "−0.5", "+0.00120", "0.00", "0.00000", "–",
  ]);
});
it("keeps the two that were chosen last", () => {
  expect(chosenWith(["a", "b"], "c")).toEqual(["b", "c"]);
  expect(chosenWith(["a", "b"], "a")).toEqual(["b"]);
});
