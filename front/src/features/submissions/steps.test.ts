import { describe, expect, it } from "vitest";
import { queueWords, secondsLeft, stepsOf, words } from "./steps";
import type { Submission } from "./types";

const NOW = Date.parse("2026-03-01T12:01:00Z");
const one = (changes: Partial<Submission>): Submission => ({
  id: "1",
  number: 3,
  name: "two trees",
  team: { id: "t", name: "Ada" },
  author: { id: "a", handle: "ada", name: "Ada" },
  state: "received",
  progress: { folds_done: 0, folds: 4 },
  official: "auc",
  size_bytes: 1,
  code_hash: "",
  created_at: "2026-03-01T12:00:00Z",
  ...changes,
});
const states = (changes: Partial<Submission>) => stepsOf(one(changes), NOW).map((step) => step.state);
const cells = (changes: Partial<Submission>) => stepsOf(one(changes), NOW)[2]?.cells;

describe("the line of steps", () => {
  it("begins with the queue", () => {
    const [first] = stepsOf(one({ queue: { place: 3, ahead: 2, wait_seconds: 39.2 } }), NOW);
    expect(first).toMatchObject({ state: "now", detail: "queued at place 3, about 40 s" });
  });
  it("goes on with the trial", () =>
    expect(states({ state: "trial" })).toEqual(["done", "now", "ahead", "ahead"]));
  it("fills its cells", () => {
    const running: Partial<Submission> = { state: "running", progress: { folds_done: 2, folds: 4 } };
    expect(states(running)).toEqual(["done", "done", "now", "ahead"]);
    expect(cells(running)).toEqual(["done", "done", "now", "ahead"]);
  });
  it("ends", () => {
    expect(states({ state: "scored", progress: { folds_done: 4, folds: 4 } })).toEqual(Array(4).fill("done"));
    expect(cells({ state: "scored", progress: { folds_done: 4, folds: 4 } })).toEqual(Array(4).fill("done"));
  });
});

describe("a failure", () => {
  const reason = { kind: "exception", next_step: "" } as const;
  it("in the trial ends there", () =>
    expect(states({ state: "failed", reason: { ...reason, phase: "trial" } })).toEqual([
      "done",
      "bad",
      "left",
      "left",
    ]));
  it("on hidden data marks its fold", () => {
    const failed: Partial<Submission> = {
      state: "failed",
      reason: { ...reason, phase: "fit", fold: 1 },
      progress: { folds_done: 1, folds: 4 },
    };
    expect(states(failed)).toEqual(["done", "done", "bad", "left"]);
    expect(cells(failed)).toEqual(["done", "bad", "ahead", "ahead"]);
  });
  it("in scoring comes last", () =>
    expect(states({ state: "failed", reason: { ...reason, phase: "score" } })).toEqual([
      "done",
      "done",
      "done",
      "bad",
    ]));
});

it("a cancelled one says where", () => {
  expect(stepsOf(one({ state: "cancelled" }), NOW)[0]).toMatchObject({
    state: "left",
    detail: "cancelled here",
  });
});

it("the queue is told in words", () => {
  expect(queueWords({ place: 1, ahead: 0 })).toBe("next in the queue");
  expect(queueWords(undefined)).toBe("waits for its turn");
});

it("what is left follows from the pace", () => {
  const running = one({
    state: "running",
    started_at: "2026-03-01T12:00:00Z",
    progress: { folds_done: 2, folds: 4 },
  });
  expect(secondsLeft(running, NOW)).toBe(60);
  expect(secondsLeft({ ...running, progress: { folds_done: 0, folds: 4 } }, NOW)).toBeNull();
});

it("the live words change with the fold", () =>
  expect(words(one({ state: "running", progress: { folds_done: 2, folds: 4 } }))).toBe("Fold 3 of 4"));
