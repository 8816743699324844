import { describe, expect, it } from "vitest";
import { apart, isLate, lineOf, timeLeft, type Dates } from "./course";

const now = Date.parse("2026-03-05T00:00:00Z");
const event = (more: Partial<Dates>): Dates => ({
  state: "open",
  opens_at: "2026-03-01T00:00:00Z",
  closes_at: "2026-03-09T00:00:00Z",
  released_at: null,
  ...more,
});

describe("the time that is left", () => {
  it.each([
    [event({}), { words: "closes in 4 days", share: 0.5 }],
    [event({ closes_at: null }), { words: "open without an end" }],
    [event({ state: "ready", opens_at: "2026-03-06T00:00:00Z" }), { words: "opens tomorrow" }],
    [event({ state: "ready", opens_at: null }), { words: "has no opening time yet" }],
    [event({ state: "closed", closes_at: "2026-03-04T00:00:00Z" }), { words: "closed yesterday" }],
    [event({ state: "released", released_at: "2026-03-04T00:00:00Z" }), { words: "results came yesterday" }],
    [event({ state: "checking" }), { words: "its kit is being checked" }],
  ])("of %j", (one, left) => expect(timeLeft(one, now)).toEqual(left));

  it("is little on the last day", () => {
    expect(isLate(event({}), now)).toBe(false);
    expect(isLate(event({ closes_at: "2026-03-05T10:00:00Z" }), now)).toBe(true);
    expect(isLate(event({ state: "closed", closes_at: "2026-03-04T10:00:00Z" }), now)).toBe(false);
  });
});

describe("the line of an event", () => {
  it("puts now between the opening and the end, to scale", () => {
    const line = lineOf(event({}), now);
    expect(line?.marks.map((mark) => [mark.name, mark.place])).toEqual([
      ["Opened", 0],
      ["Closes", 0.78],
      ["Results", 1],
    ]);
    expect(line?.now).toBeCloseTo(0.39);
  });
  it("keeps names apart that are near in time", () => {
    const line = lineOf(
      event({ state: "released", closes_at: "2026-03-03T00:00:00Z", released_at: "2026-03-03T00:01:00Z" }),
      now,
    );
    const places = line?.marks.map((mark) => mark.place) ?? [];
    expect((places[2] ?? 0) - (places[1] ?? 0)).toBeGreaterThanOrEqual(0.219);
    expect(line?.now).toBeGreaterThan(places[2] ?? 1);
    expect(line?.now).toBeLessThanOrEqual(1);
  });
  it("puts now before an opening to come", () => {
    const line = lineOf(event({ state: "ready", opens_at: "2026-03-07T00:00:00Z" }), now);
    expect(line?.now).toBeLessThan(line?.marks[0]?.place ?? 0);
  });
  it("goes on without an end", () => {
    const line = lineOf(event({ closes_at: null }), now);
    expect(line?.marks).toHaveLength(1);
    expect(line?.now).toBe(0.6);
  });
  it("is none without dates", () =>
    expect(lineOf(event({ opens_at: null, closes_at: null }), now)).toBeUndefined());
});

describe("places", () => {
  it("are moved apart, in order, within the line", () => {
    expect(apart([0, 0.05, 1], 0.2)).toEqual([0, 0.2, 1]);
    const end = apart([0, 0.97, 1], 0.2);
    expect(end[1]).toBeCloseTo(0.8);
  });
});
