import { expect, it } from "vitest";
import { found, matches } from "./matching";

it("finds by the beginnings of words, in any order", () => {
  expect(matches("boa bre", "Breast masses: board")).toBe(true);
  expect(matches("oard", "Breast masses: board")).toBe(false);
});
it("does not mind accents and capitals", () => expect(matches("leila", "Leïla Benali")).toBe(true));
it("finds everything by nothing", () => expect(matches("  ", "Events")).toBe(true));
it("puts what is called so before what more words lead to", () => {
  const all = [{ name: "My profile", words: "password settings" }, { name: "Settings" }, { name: "Docs" }];
  expect(found("sett", all).map((one) => one.name)).toEqual(["Settings", "My profile"]);
});
