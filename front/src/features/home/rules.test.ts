import { describe, expect, it } from "vitest";
import { byUrgency, needsOf, ordinal, timeOf } from "./rules";

const now = Date.parse("2026-03-02T12:00:00Z");
const event = (state: string, opens_at: string | null, closes_at: string | null) => ({
  state,
  opens_at,
  closes_at,
});

describe("an event's time", () => {
  it("is what is left of it, with a share for the bar", () => {
    const time = timeOf(event("open", "2026-03-01T12:00:00Z", "2026-03-05T12:00:00Z"), now);
    expect(time).toEqual({ words: "3 days left", left: 0.75, tone: "accent" });
  });
  it("warns on the last day and in the last hour", () => {
    expect(timeOf(event("open", "2026-03-01T12:00:00Z", "2026-03-02T20:00:00Z"), now).tone).toBe("warn");
    expect(timeOf(event("open", "2026-03-01T12:00:00Z", "2026-03-02T12:30:00Z"), now).tone).toBe("bad");
  });
  it("has no bar where there is no end or no beginning", () => {
    expect(timeOf(event("open", "2026-03-01T12:00:00Z", null), now)).toEqual({
      words: "open without an end",
      tone: "accent",
    });
    expect(timeOf(event("open", null, "2026-03-05T12:00:00Z"), now).left).toBeUndefined();
  });
  it("is the wait for its opening", () =>
    expect(timeOf(event("ready", "2026-03-02T15:00:00Z", null), now).words).toBe("opens in 3 h"));
  it("is over", () => expect(timeOf(event("released", null, null), now).words).toBe("results are out"));
});

describe("events", () => {
  it("stand by what is urgent: what ends first, what opens next, what ended last", () => {
    const all = [
      { slug: "old", ...event("released", null, "2026-01-01T00:00:00Z") },
      { slug: "endless", ...event("open", null, null) },
      { slug: "older", ...event("released", null, "2025-01-01T00:00:00Z") },
      { slug: "soon", ...event("ready", "2026-03-03T00:00:00Z", null) },
      { slug: "ending", ...event("open", null, "2026-03-02T13:00:00Z") },
    ];
    expect(byUrgency(all).map((one) => one.slug)).toEqual(["ending", "endless", "soon", "old", "older"]);
  });
});

describe("a place", () => {
  it.each([
    [1, "1st"],
    [2, "2nd"],
    [3, "3rd"],
    [11, "11th"],
    [22, "22nd"],
    [113, "113th"],
  ])("%s reads %s", (n, words) => expect(ordinal(n)).toBe(words));
});

describe("what needs somebody", () => {
  const mine = { is_organiser: true };
  it("is nothing where nothing waits", () => expect(needsOf({ events: [] })).toEqual([]));
  it("names accounts, passwords, events and news, a refused kit first", () => {
    const needs = needsOf({
      pending: 2,
      resets: 1,
      unread: 3,
      events: [
        { slug: "moons", title: "Moons", state: "refused", mine },
        { slug: "theirs", title: "Theirs", state: "refused", mine: { is_organiser: false } },
      ],
    });
    expect(needs.map((one) => one.words)).toEqual([
      "The kit of Moons was refused",
      "2 people wait for an account",
      "1 person asks for a new password",
      "3 notifications are unread",
    ]);
  });
  it("says where it did not count to the end", () =>
    expect(needsOf({ pending: 50, isMorePending: true, events: [] })[0]?.words).toBe(
      "50 or more people wait for an account",
    ));
});
