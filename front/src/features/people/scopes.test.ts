import { describe, expect, it } from "vitest";
import { effectInWords, endsSoon, scopesFor, scopesInWords } from "./scopes";

describe("the scopes to choose from", () => {
  it("are those that the person can make use of", () => {
    expect(scopesFor({ isAdministrator: false, mayOrganise: false })).toEqual(["read", "submit"]);
    expect(scopesFor({ isAdministrator: false, mayOrganise: true })).toEqual(["read", "submit", "organise"]);
    expect(scopesFor({ isAdministrator: true, mayOrganise: true })).toHaveLength(5);
  });
});

describe("the scopes of a token", () => {
  it("are told in words; one that is not known as it is", () =>
    expect(scopesInWords(["read", "organise", "dance"])).toBe("see, organise events, dance"));
});

describe("the effect of a token", () => {
  it("is no more than its person may do", () => {
    const scopes = ["read", "submit", "admin"];
    expect(effectInWords(scopes, { isAdministrator: false, mayOrganise: true })).toBe("see, submit");
    expect(effectInWords(scopes, { isAdministrator: true, mayOrganise: true })).toBe("see, submit, administer");
  });
});

describe("a token's end", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  it("is near within a week", () => {
    expect(endsSoon("2026-03-05T12:00:00Z", now)).toBe(true);
    expect(endsSoon("2026-05-05T12:00:00Z", now)).toBe(false);
    expect(endsSoon("2026-02-05T12:00:00Z", now)).toBe(false);
  });
});
