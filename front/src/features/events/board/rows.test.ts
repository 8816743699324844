import { describe, expect, it } from "vitest";
import {
  filtered, hasTestScores, nextSort, ordinal, ranked, shownColumns, sorted, sortFrom, withNews,
  type Column, type Row,
} from "./rows";

const AUC: Column = { name: "roc_auc", precision: 3, is_lower_the_better: false, official: true };
const LOSS: Column = { name: "log_loss", precision: 3, is_lower_the_better: true, official: false };

let next = 0;
function row(team: string, auc: number | null, more: Partial<Row> = {}): Row {
  const id = String(++next).padStart(4, "0");
  return {
    rank: null, submission_id: id, number: 1, name: `try ${id}`, team: { id: `t-${team}`, name: team },
    scores: { roc_auc: { valid: auc, train_mean: null, valid_mean: null } }, fit_seconds: 1, predict_seconds: 1,
    created_at: `2026-03-01T12:${id.slice(2)}:00Z`, scored_at: null, ...more,
  };
}
const official = shownColumns([AUC, LOSS], false)[0];

describe("ranks", () => {
  it("equal scores share a rank and the earlier stands first", () => {
    const rows = [row("A", 0.9), row("B", 0.95), row("C", 0.9), row("D", 0.8), row("E", null)];
    const placed = ranked(rows, official, "all");
    expect(placed.map(({ row: one, rank }) => [one.team.name, rank])).toEqual([
      ["B", 1], ["A", 2], ["C", 2], ["D", 4], ["E", null],
    ]);
  });
  it("the best of each team alone, ranked among themselves", () => {
    const rows = [row("A", 0.9), row("A", 0.97), row("B", 0.95), row("A", 0.96)];
    expect(ranked(rows, official, "best").map(({ row: one, rank }) => [one.scores.roc_auc?.valid, rank])).toEqual([
      [0.97, 1], [0.95, 2],
    ]);
  });
  it("lower is better where the column says so", () => {
    const loss = shownColumns([{ ...AUC, is_lower_the_better: true }], false)[0];
    expect(ranked([row("A", 0.9), row("B", 0.2)], loss, "all")[0]?.row.team.name).toBe("B");
  });
  it("after the release the test part ranks", () => {
    const a = row("A", 0.99, { scores: { roc_auc: { valid: 0.99, test: 0.7 } } });
    const b = row("B", 0.9, { scores: { roc_auc: { valid: 0.9, test: 0.8 } } });
    const columns = shownColumns([AUC, LOSS], hasTestScores([a, b]));
    expect(columns.map((one) => [one.key, one.part])).toEqual([
      ["roc_auc", "test"], ["roc_auc:valid", "valid"], ["log_loss", "test"],
    ]);
    expect(ranked([a, b], columns[0], "best")[0]?.row).toBe(b);
  });
});

describe("orders", () => {
  it("a second press turns it, a third goes back to the ranks", () => {
    expect(nextSort(sortFrom(null), "roc_auc", true)).toBe("-roc_auc");
    expect(nextSort(sortFrom("-roc_auc"), "roc_auc", true)).toBe("roc_auc");
    expect(nextSort(sortFrom("roc_auc"), "roc_auc", true)).toBeNull();
    expect(nextSort(sortFrom(null), "rank", false)).toBe("-rank");
    expect(nextSort(sortFrom("-rank"), "rank", false)).toBeNull();
  });
  it("what has no value stands last either way", () => {
    const placed = ranked([row("A", 0.9, { fit_seconds: null }), row("B", 0.8), row("C", 0.7, { fit_seconds: 9 })], official, "all");
    const names = (text: string) => sorted(placed, sortFrom(text), [official!]).map((one) => one.row.team.name);
    expect(names("train_time")).toEqual(["B", "C", "A"]);
    expect(names("-train_time")).toEqual(["C", "B", "A"]);
    expect(names("team")).toEqual(["A", "B", "C"]);
  });
  it("by how many attempts, and how far training and validation lie apart", () => {
    const apart = (train: number, valid: number) => ({ scores: { roc_auc: { valid, train_mean: train, valid_mean: valid } } });
    const placed = ranked([row("A", 0.9, apart(1, 0.9)), row("B", 0.8, apart(0.81, 0.8)), row("C", 0.7)], official, "all");
    const names = (text: string) =>
      sorted(placed, sortFrom(text), [official!], new Map([["t-A", [1]], ["t-B", [1, 2, 3]]])).map((one) => one.row.team.name);
    expect(names("folds")).toEqual(["B", "A", "C"]);
    expect(names("-attempts")).toEqual(["B", "A", "C"]);
  });
  it("a team is found without its accents", () => {
    const placed = ranked([row("Équipe Noé", 0.9), row("Ada", 0.8)], official, "all");
    expect(filtered(placed, "equipe").length).toBe(1);
    expect(filtered(placed, " ").length).toBe(2);
  });
});

describe("news", () => {
  it("put in, change and take off", () => {
    const a = row("A", 0.9);
    let rows = withNews(new Map(), { item: a });
    rows = withNews(rows, { item: { ...a, name: "better" } });
    expect([...rows.values()].map((one) => one.name)).toEqual(["better"]);
    expect(withNews(rows, { item: null, removed: a.submission_id }).size).toBe(0);
  });
  it("says places in words", () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal)).toEqual([
      "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]);
  });
});
