import { describe, expect, it } from "vitest";
import { standingOf, type EventFacts } from "./standing";

const mine = { is_participant: true, is_organiser: false, left_today: 3, submitted_today: 1 };
const event = (changes: Partial<EventFacts> = {}): EventFacts => ({
  state: "open",
  opens_at: "2026-03-01T08:00:00Z",
  closes_at: null,
  quota: { per_day: 20, failures_per_day: 20 },
  mine,
  ...changes,
});

describe("who may submit", () => {
  it("a participant while the event is open", () =>
    expect(standingOf(event(), true)).toMatchObject({ maySubmit: true, mayTry: true, title: "" }));
  it("a stranger signs in first", () =>
    expect(standingOf(event({ mine: undefined }), false)).toMatchObject({
      maySubmit: false,
      act: "sign-in",
    }));
  it("whoever has not joined joins first", () =>
    expect(standingOf(event({ mine: { ...mine, is_participant: false } }), true)).toMatchObject({
      maySubmit: false,
      mayTry: false,
      act: "join",
    }));
  it("an organiser may join, and need not", () => {
    const standing = standingOf(event({ mine: { ...mine, is_participant: false, is_organiser: true } }), true);
    expect(standing).toMatchObject({ maySubmit: false, mayTry: true, act: "join", isAside: true });
  });
  it("a spent quota leaves the tries", () =>
    expect(standingOf(event({ mine: { ...mine, left_today: 0 } }), true)).toMatchObject({
      maySubmit: false,
      mayTry: true,
    }));
  it("before the opening organisers alone try", () => {
    expect(standingOf(event({ state: "ready" }), true).mayTry).toBe(false);
    expect(standingOf(event({ state: "ready", mine: { ...mine, is_organiser: true } }), true).mayTry).toBe(
      true,
    );
  });
  it("after the end participants still try", () =>
    expect(standingOf(event({ state: "closed" }), true)).toMatchObject({
      maySubmit: false,
      mayTry: true,
      act: null,
    }));
  it.each(["checking", "refused"] as const)("nobody while the kit is %s", (state) =>
    expect(standingOf(event({ state }), true)).toMatchObject({ maySubmit: false, mayTry: false }),
  );
});
