import { describe, expect, it } from "vitest";
import { countTicks, daily, everyNth, hourly, shares } from "./series";

const now = Date.parse("2026-03-01T15:30:00Z");

describe("bars over time", () => {
  it("have a zero where nothing came", () => {
    const all = hourly([{ hour: "2026-03-01T12:00:00Z", count: 3 }, { hour: "2026-03-01T14:00:00Z", count: 1 }], now);
    expect(all.map((one) => one.count)).toEqual([3, 0, 1, 0]);
  });
  it("end with the last one that has any, even when clocks differ", () => {
    expect(hourly([{ hour: "2026-03-01T16:00:00Z", count: 1 }], now).map((one) => one.count)).toEqual([1]);
  });
  it("hold the latest where there are too many", () => {
    const all = daily([{ day: "2025-01-01", count: 9 }, { day: "2026-02-28", count: 2 }], now, 10);
    expect(all.length).toBe(10);
    expect(all.at(-2)?.count).toBe(2);
  });
  it("are none where nothing came at all", () => {
    expect(daily([], now)).toEqual([]);
  });
});

describe("the axis of counts", () => {
  it("begins at zero, has whole numbers, and reaches the highest", () => {
    expect(countTicks(0)).toEqual([0, 1]);
    expect(countTicks(3)).toEqual([0, 1, 2, 3]);
    expect(countTicks(17)).toEqual([0, 5, 10, 15, 20]);
    expect(countTicks(400).at(-1)).toBe(400);
  });
  it("names as many as there is room for", () => {
    expect(everyNth(72, 360, 40)).toBe(8);
    expect(everyNth(3, 360, 40)).toBe(1);
  });
});

it("shares add up, in the order of a submission's life", () => {
  const all = shares({ failed: 1, scored: 2, queued: 1, cancelled: 0 });
  expect(all.map((one) => one.state)).toEqual(["scored", "queued", "failed"]);
  expect(all.reduce((sum, one) => sum + one.share, 0)).toBeCloseTo(1);
});
