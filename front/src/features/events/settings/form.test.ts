import { describe, expect, it } from "vitest";
import { changesIn, formOf, merged, theirChanges, told, wrongIn, type Form } from "./form";
import { fromLocal, toLocal } from "./zone";

const base: Form = {
  title: "Digits", summary: "", statement: "# Digits", opens_at: "2026-03-01T09:00", closes_at: "2026-03-08T18:00",
  per_day: 20, failures_per_day: 20, is_trusted: false,
};

describe("times", () => {
  it("go to the reader's clock and back", () => {
    for (const instant of ["2026-03-01T08:00:00Z", "2026-10-25T00:30:15Z"])
      expect(fromLocal(toLocal(instant))).toBe(instant);
    expect(toLocal(null)).toBe("");
    expect(fromLocal("")).toBeNull();
  });
});

describe("changes", () => {
  it("are the changed fields alone, times as instants", () => {
    const now: Form = { ...base, title: "Handwritten digits", closes_at: "" };
    expect(changesIn(base, now)).toEqual({ title: "Handwritten digits", closes_at: null });
    expect(changesIn(base, { ...base })).toEqual({});
  });
  it("leave the kit its own statement", () => {
    const now: Form = { ...base, statement: "# The kit's" };
    expect(changesIn(base, now, "# The kit's")).toEqual({ statement: null });
    expect(changesIn(base, now, "# Another")).toEqual({ statement: "# The kit's" });
  });
  it("are looked at before they are sent", () => {
    expect(wrongIn(base)).toEqual({});
    const wrong = wrongIn({ ...base, title: " ", per_day: 0.5, closes_at: "2026-02-01T10:00" });
    expect(Object.keys(wrong).sort()).toEqual(["closes_at", "per_day", "title"]);
  });
});

describe("when somebody else changed it, too", () => {
  const mine: Form = { ...base, title: "Mine", per_day: 5 };
  const theirs: Form = { ...base, title: "Theirs", summary: "One line" };
  it("says what they changed, and where both did", () => {
    expect(theirChanges(base, mine, theirs)).toEqual([
      { field: "title", mine: "Mine", theirs: "Theirs", isMineToo: true },
      { field: "summary", mine: "", theirs: "One line", isMineToo: false },
    ]);
  });
  it("keeps mine on top of theirs", () => {
    expect(merged(base, mine, theirs)).toEqual({ ...base, title: "Mine", per_day: 5, summary: "One line" });
  });
  it("the same change by both is none", () => {
    expect(theirChanges(base, { ...base, title: "X" }, { ...base, title: "X" })).toEqual([]);
  });
  it("tells values in words", () => {
    expect([told("is_trusted", true), told("closes_at", ""), told("opens_at", "2026-03-01T09:00")]).toEqual([
      "yes", "none", "2026-03-01 09:00",
    ]);
  });
});

it("reads an event", () => {
  const event = {
    title: "Digits", summary: "s", statement: "t", opens_at: null, closes_at: null,
    quota: { per_day: 3, failures_per_day: 4 }, is_trusted: true,
  } as unknown as Parameters<typeof formOf>[0];
  expect(formOf(event)).toMatchObject({ opens_at: "", per_day: 3, failures_per_day: 4, is_trusted: true });
});
