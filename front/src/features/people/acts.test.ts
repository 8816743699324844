import { describe, expect, it } from "vitest";
import { detailsOf, namesIn, placeOf, shortId, verdictInWords, wordsOf } from "./acts";

describe("an entry of the audit log", () => {
  it("reads as a sentence where its word is known", () => {
    expect(wordsOf("grant.give")).toBe("gave a role");
    expect(wordsOf("robot.dance")).toBe("robot.dance");
  });
  it("shows its details by name, without what is empty", () =>
    expect(
      detailsOf({ expires_at: null, role: "organiser", scopes: ["read"], failures: 5, note: "" }),
    ).toEqual([
      { name: "role", value: "organiser" },
      { name: "scopes", value: '["read"]' },
      { name: "failures", value: "5" },
    ]));
  it("leads to its object where that has a page", () => {
    expect(placeOf({ kind: "event", id: "01J" })).toBe("/events/01J");
    expect(placeOf({ kind: "token", id: "01J" })).toBeUndefined();
  });
});

describe("an object of the audit log", () => {
  const object = { kind: "token", id: "01J" };
  it("is called as the entry of its making says", () => {
    const made = { what: "token.create", object, details: { name: "laptop" } };
    expect(namesIn([{ what: "token.remove", object, details: {} }, made]).get("01J")).toBe("laptop");
  });
  it("is told by whom it is for, where that is an invitation", () => {
    const made = { what: "invitation.create", object: { kind: "invitation", id: "01K" } };
    expect(namesIn([{ ...made, details: { email: "ada@example.org" } }]).get("01K")).toBe("for ada@example.org");
    expect(namesIn([{ ...made, details: { email: null } }]).get("01K")).toBe("for whoever has the link");
  });
});

describe("an id", () => {
  it("is short where it is a ULID", () => {
    expect(shortId("01J9ZQ6W4T1V8N3M5K7R2B0XCD")).toBe("2B0XCD");
    expect(shortId("192.0.2.17")).toBe("192.0.2.17");
  });
});

describe("the verdict on the log", () => {
  it("counts what is good", () => {
    expect(verdictInWords({ intact: true, entries: 1204 })).toContain("1,204 entries are good");
    expect(verdictInWords({ intact: true, entries: 1 })).toContain("1 entry is good");
  });
  it("names where it is broken, and what to do", () => {
    const words = verdictInWords({ intact: false, entries: 9, first_broken: 3 });
    expect(words).toContain("Entry 3");
    expect(words).toContain("backup");
  });
});
