import { describe, expect, it } from "vitest";
import { groupName, OFFERS } from "./accounts";

describe("what may be done with an account", () => {
  it.each([
    ["pending", ["approve", "refuse"]],
    ["active", ["close"]],
    ["refused", ["approve"]],
    ["closed", ["reopen"]],
  ] as const)("that is %s is %j", (standing, decisions) =>
    expect(OFFERS[standing].map((offer) => offer.decision)).toEqual(decisions),
  );
});

describe("a group's name", () => {
  it.each([
    ["Coaches", "coaches"],
    ["Équipe d’été 2026", "equipe-dete-2026"],
    ["42 answers", "answers"],
    ["---", ""],
  ])("of %j is %j", (title, name) => expect(groupName(title)).toBe(name));
});
