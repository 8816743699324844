import { describe, expect, it } from "vitest";
import { attempts, chosenAfter, nextSort, sorted, sortFrom, sortText, timeTicks, withTold } from "./rows";
import type { Submission } from "./types";

const one = (number: number, auc: number | null, fit?: number): Submission => ({
  id: `s${number}`,
  number,
  name: `submission ${number}`,
  team: { id: "t", name: "Ada" },
  author: { id: "a", handle: "ada", name: "Ada" },
  state: auc === null ? "failed" : "scored",
  progress: { folds_done: 0, folds: 4 },
  official: "auc",
  ...(auc === null ? {} : { scores: { auc: { bagged_valid: auc } } }),
  ...(fit === undefined ? {} : { fit_seconds: fit }),
  size_bytes: 1,
  code_hash: "",
  created_at: `2026-03-01T12:0${number}:00Z`,
});
const all = [one(1, 0.7, 3), one(2, null), one(3, 0.9, 1), one(4, 0.8)];
const numbers = (list: Submission[]) => list.map((each) => each.number);

describe("the order", () => {
  it("stands in the address", () => {
    expect(sortFrom("-score:auc")).toEqual({ key: "score:auc", isDown: true });
    expect(sortText(sortFrom("name"))).toBe("name");
    expect(numbers(sorted(all, sortFrom(null)))).toEqual([4, 3, 2, 1]);
  });
  it("leaves what has no value to the end", () => {
    expect(numbers(sorted(all, sortFrom("-score:auc")))).toEqual([3, 4, 1, 2]);
    expect(numbers(sorted(all, sortFrom("score:auc")))).toEqual([1, 4, 3, 2]);
    expect(numbers(sorted(all, sortFrom("fit")))).toEqual([3, 1, 4, 2]);
  });
  it("turns round at the second press", () => {
    expect(nextSort(sortFrom("name"), "name", false).isDown).toBe(true);
    expect(nextSort(sortFrom("name"), "number", true)).toEqual({ key: "number", isDown: true });
  });
});

describe("the list", () => {
  it("takes what the stream told", () => {
    expect(withTold(all, { ...one(2, 0.5), id: "s2" })[1]?.state).toBe("scored");
    expect(numbers(withTold(all, one(5, null)))[0]).toBe(5);
  });
  it("has two to compare at most", () => {
    expect(chosenAfter(["a"], "b")).toEqual(["a", "b"]);
    expect(chosenAfter(["a", "b"], "c")).toEqual(["b", "c"]);
    expect(chosenAfter(["a", "b"], "a")).toEqual(["b"]);
  });
  it("has attempts in their order", () =>
    expect(attempts(all).map((each) => each.score)).toEqual([0.7, 0.9, 0.8]));
});

it("times have round ticks", () => {
  const from = Date.parse("2026-03-01T12:03:00Z");
  const ticks = timeTicks(from, from + 50 * 60_000);
  expect(ticks.length).toBeGreaterThan(2);
  expect(ticks.length).toBeLessThan(7);
  expect(ticks.every((tick) => tick.at % 900_000 === 0)).toBe(true);
});
