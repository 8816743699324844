import { describe, expect, it } from "vitest";
import { at, bestSoFar, lanes, scaleOf, spreadOf } from "./dots";

describe("a scale", () => {
  it("has round ticks around the values", () =>
    expect(scaleOf([0.912, 0.987, null])).toMatchObject({
      from: 0.9,
      to: 1,
      ticks: [0.9, 0.92, 0.94, 0.96, 0.98, 1],
    }));
  it("has a width even for one value", () => {
    const scale = scaleOf([0.5]);
    expect(scale.to).toBeGreaterThan(scale.from);
  });
  it("begins at zero where bars do", () =>
    expect(scaleOf([3, 7], 4, true)).toMatchObject({ from: 0, to: 8 }));
  it("is there without values", () => expect(scaleOf([]).ticks.length).toBeGreaterThan(1));
  it("places a value", () => expect(at(scaleOf([0, 10]), 5, 100, 200)).toBe(150));
});

describe("an interval", () => {
  it("is Student's t over the folds", () => {
    // scipy 1.15: t.interval(0.95, 4, mean, sem) of 1..5
    const spread = spreadOf([1, 2, 3, 4, 5]);
    expect(spread?.mean).toBe(3);
    expect(spread?.low).toBeCloseTo(1.0368, 3);
    expect(spread?.high).toBeCloseTo(4.9632, 3);
  });
  it("is none for one value or no value", () => {
    expect(spreadOf([2, null])).toEqual({ mean: 2, low: null, high: null, count: 1 });
    expect(spreadOf([null])).toBeNull();
  });
});

it("dots that would cover each other go beside each other", () =>
  expect(lanes([10, 11, 50, null], 5)).toEqual([0, -1, 0, 0]));

it("the best so far goes one way", () => {
  expect(bestSoFar([null, 0.5, 0.4, 0.7], false)).toEqual([null, 0.5, 0.5, 0.7]);
  expect(bestSoFar([3, 4, 2], true)).toEqual([3, 3, 2]);
});
