import { describe, expect, it } from "vitest";
import { span } from "./span";

const HOUR = 3_600_000;

describe("a span", () => {
  it.each([
    [30_000, "less than a minute"],
    [12 * 60_000, "12 min"],
    [5 * HOUR + 20 * 60_000, "5 h 20 min"],
    [3 * HOUR, "3 h"],
    [29 * HOUR, "1 day 5 h"],
    [75 * HOUR, "3 days"],
  ])("of %s ms reads %s", (milliseconds, words) => expect(span(milliseconds)).toBe(words));
});
