import { expect, it } from "vitest";
import { headsOf, leastWidth } from "./heads";
import { shownColumns, type Column } from "./rows";

const columns: Column[] = [
  { name: "roc_auc", precision: 3, is_lower_the_better: false, official: true },
  { name: "balanced_log_loss", precision: 3, is_lower_the_better: true, official: false },
];

it("the official score stands after the team, with its folds and attempts beside it", () => {
  expect(headsOf(shownColumns(columns, false)).map((one) => one.name)).toEqual([
    "Rank", "Team", "roc_auc", "Folds", "Attempts", "balanced_log_loss", "Submission", "Training", "When",
  ]);
  expect(headsOf(shownColumns(columns, true)).map((one) => one.name).slice(2, 7)).toEqual([
    "roc_auc, test", "Folds", "Attempts", "roc_auc, folds", "balanced_log_loss, test",
  ]);
});
it("a long name asks for no more room than its longest word", () => {
  const [long] = headsOf(shownColumns([{ ...columns[0]!, name: "neg_root_mean_squared_error" }], false)).slice(2);
  expect(long?.width).toBeLessThan(7);
});
it("a first press sorts the best to the top", () => {
  const heads = headsOf(shownColumns(columns, false));
  expect(heads.find((one) => one.key === "roc_auc")?.falls).toBe(true);
  expect(heads.find((one) => one.key === "balanced_log_loss")?.falls).toBe(false);
});
it("a phone shows rank, team, official score and when", () => {
  expect(headsOf(shownColumns(columns, false)).filter((one) => !one.wide).map((one) => one.key)).toEqual([
    "rank", "team", "roc_auc", "created_at",
  ]);
});
it("more columns ask for more room", () => {
  expect(leastWidth(headsOf(shownColumns(columns, true)))).toBeGreaterThan(leastWidth(headsOf(shownColumns(columns, false))));
});
