import { describe, expect, it } from "vitest";
import { filters, inOrder, shownBy } from "./listing";

const event = (name: string, state: string, opens: string | null, closes: string | null) => ({
  name,
  state,
  opens_at: opens,
  closes_at: closes,
});
const all = [
  event("old", "released", "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"),
  event("older", "closed", "2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"),
  event("late", "open", "2026-01-01T00:00:00Z", "2026-05-01T00:00:00Z"),
  event("endless", "open", "2026-01-01T00:00:00Z", null),
  event("soon", "open", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"),
  event("next", "ready", "2026-06-01T00:00:00Z", null),
];

describe("the list of events", () => {
  it("leads with what closes soonest, and ends with what is over", () =>
    expect(inOrder(all).map((one) => one.name)).toEqual(["soon", "late", "endless", "next", "older", "old"]));
  it("offers the states that there are", () =>
    expect(filters(all).map((one) => [one.state, one.count])).toEqual([
      ["", 6],
      ["open", 3],
      ["ready", 1],
      ["closed", 1],
      ["released", 1],
    ]));
  it("is narrowed by a state", () => expect(shownBy(all, "ready").map((one) => one.name)).toEqual(["next"]));
});
