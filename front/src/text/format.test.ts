import { describe, expect, it } from "vitest";
import { ago, bytes, score, seconds, sentence } from "./format";

describe("a score", () => {
  it("has the digits that its metric declares", () => expect(score(0.98765, 3)).toBe("0.988"));
  it("is a dash where there is none", () => expect(score(null, 2)).toBe("–"));
  it("has a true minus, and none on zero", () => {
    expect(score(-1.5, 1)).toBe("−1.5");
    expect(score(-0.0001, 2)).toBe("0.00");
  });
});

describe("a time", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  it("is told from now", () => {
    expect(ago("2026-03-01T11:57:00Z", now)).toBe("3 minutes ago");
    expect(ago("2026-03-03T12:00:00Z", now)).toBe("in 2 days");
    expect(ago("2026-03-01T11:59:58Z", now)).toBe("just now");
  });
});

describe("a duration", () => {
  it.each([
    [0.004, "4 ms"],
    [0.42, "0.42 s"],
    [3.14, "3.1 s"],
    [125, "2 min 5 s"],
    [120, "2 min"],
    [3840, "1 h 4 min"],
  ])("%s s reads %s", (value, text) => expect(seconds(value)).toBe(text));
});

describe("a size", () => {
  it.each([
    [412, "412 B"],
    [5200, "5.2 kB"],
    [1_400_000_000, "1.4 GB"],
    [999_600, "1.0 MB"],
  ])("%s B reads %s", (value, text) => expect(bytes(value)).toBe(text));
});

describe("the server's words", () => {
  it("read as a sentence", () => expect(sentence(" try again in 5 s ")).toBe("Try again in 5 s."));
  it("may be none", () => expect(sentence("")).toBe(""));
});
