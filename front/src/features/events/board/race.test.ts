import { describe, expect, it } from "vitest";
import { attemptsOf, fence, raceOf, spread, ticks, timeTicks } from "./race";
import type { Row, Shown } from "./rows";

const shown = (lower = false): Shown => ({
  key: "rmse", part: "valid", isOfficial: true,
  column: { name: "rmse", precision: 2, is_lower_the_better: lower, official: true },
});
const row = (team: string, minute: number, value: number | null): Row => ({
  rank: 1, submission_id: `${team}${minute}`, number: 1, name: `${value}`, team: { id: team, name: team },
  scores: { rmse: { valid: value } }, created_at: `2026-03-01T12:${String(minute).padStart(2, "0")}:00Z`,
});

describe("the race", () => {
  it("keeps what made a team better, and counts all", () => {
    const lanes = raceOf([row("A", 3, 0.5), row("A", 1, 0.4), row("A", 2, 0.3), row("B", 4, 0.9)], shown(), "A");
    expect(lanes.map((one) => one.team)).toEqual(["B", "A"]);
    expect(lanes[1]).toMatchObject({ isMine: true, attempts: 3 });
    expect(lanes[1]?.steps.map((one) => one.value)).toEqual([0.4, 0.5]);
  });
  it("falls where lower is better; who was there first leads", () => {
    const lanes = raceOf([row("A", 3, 0.5), row("B", 1, 0.5), row("C", 1, 0.7), row("D", 1, null)], shown(true), undefined);
    expect(lanes.map((one) => one.team)).toEqual(["B", "A", "C"]);
  });
  it("gives each team's attempts in time", () => {
    expect(attemptsOf([row("A", 3, 0.5), row("A", 1, 0.4)], shown()).get("A")).toEqual([0.4, 0.5]);
  });
});

describe("axes", () => {
  it("do not let one bad score squeeze the rest", () => {
    const [low, high] = fence([0.9, 0.91, 0.92, 0.93, 0.1], false);
    expect(low).toBeGreaterThan(0.5);
    expect(high).toBeGreaterThan(0.93);
    expect(fence([], false)).toEqual([0, 1]);
    const [a, b] = fence([0.5], true);
    expect(b).toBeGreaterThan(a);
  });
  it("have round numbers", () => {
    expect(ticks(0.91, 0.98, 4)).toEqual([0.92, 0.94, 0.96, 0.98]);
    expect(ticks(0, 7, 4)).toEqual([0, 2, 4, 6]);
    expect(ticks(3, 3, 4)).toEqual([3]);
  });
  it("have whole hours", () => {
    const start = Date.parse("2026-03-01T10:20:00Z");
    const all = timeTicks(start, start + 6 * 3_600_000, 6);
    expect(all.length).toBeGreaterThan(3);
    for (const at of all) expect(new Date(at).getMinutes()).toBe(0);
  });
  it("have two ticks at least, where a time has two minutes", () => {
    const start = Date.parse("2026-03-01T10:21:30Z");
    expect(timeTicks(start, start + 9 * 60_000, 3).length).toBeGreaterThan(1);
    expect(timeTicks(start, start + 2 * 60_000, 3).length).toBe(2);
  });
  it("move labels apart inside the figure", () => {
    expect(spread([10, 11, 12], 10, 0, 100)).toEqual([10, 20, 30]);
    const low = spread([99, 99, 98], 10, 0, 100);
    expect(Math.max(...low)).toBeLessThanOrEqual(100);
    expect(new Set(low).size).toBe(3);
  });
});
