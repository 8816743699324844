import { describe, expect, it } from "vitest";
import { courseOf, lasted, officialScore, withNews, type Handed } from "./mine";

const one = (id: string, state = "queued", more: Partial<Handed> = {}): Handed => ({
  id,
  state,
  official: "acc",
  created_at: "2026-03-01T12:00:00Z",
  ...more,
});
const ids = (list: Handed[]) => list.map((each) => each.id);

describe("a list with news", () => {
  const list = [one("03"), one("02")];
  it("takes a new one at its top", () => expect(ids(withNews(list, one("04")))).toEqual(["04", "03", "02"]));
  it("changes one in its place", () => {
    const after = withNews(list, one("02", "scored"));
    expect(ids(after)).toEqual(["03", "02"]);
    expect(after[1]?.state).toBe("scored");
  });
  it("loses one that left the wanted state, and takes one that came into it", () => {
    expect(ids(withNews(list, one("03", "scored"), { state: "queued" }))).toEqual(["02"]);
    expect(ids(withNews(list, one("01"), { state: "queued" }))).toEqual(["03", "02", "01"]);
  });
  it("leaves an old one to its own page", () =>
    expect(ids(withNews(list, one("01"), { hasMore: true }))).toEqual(["03", "02"]));
});

describe("the score that ranks", () => {
  it("is that of the bag, else the mean of the folds, else none", () => {
    expect(
      officialScore(one("1", "scored", { scores: { acc: { bagged_valid: 0.9, valid_mean: 0.8 } } })),
    ).toBe(0.9);
    expect(
      officialScore(one("1", "scored", { scores: { acc: { bagged_valid: null, valid_mean: 0.8 } } })),
    ).toBe(0.8);
    expect(officialScore(one("1"))).toBeNull();
    expect(officialScore(one("1", "scored", { official: null, scores: {} }))).toBeNull();
  });
});

describe("a course", () => {
  const seconds = (value: number) => `${value} s`;
  const progress = { folds_done: 3, folds: 8 };
  it.each([
    [{ state: "queued", queue: { place: 3, ahead: 2, wait_seconds: 40 }, progress }, "place 3, about 40 s"],
    [{ state: "queued", queue: { place: 1, ahead: 0 }, progress }, "place 1"],
    [{ state: "queued", queue: { place: 1, ahead: 0, wait_seconds: 0.2 }, progress }, "place 1"],
    [{ state: "running", progress }, "fold 4 of 8"],
    [{ state: "running", progress: { folds_done: 8, folds: 8 } }, "fold 8 of 8"],
    [{ state: "scored", progress }, ""],
  ])("%j reads %j", (course, words) => expect(courseOf(course, seconds)).toBe(words));
  it("lasted from its beginning to its end", () => {
    const times = { started_at: "2026-03-01T12:00:00Z", ended_at: "2026-03-01T12:00:42Z" };
    expect(lasted(one("1", "scored", times))).toBe(42);
    expect(lasted(one("1"))).toBeNull();
  });
});
