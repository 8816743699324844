import { expect, it } from "vitest";
import { matches } from "./matching";

it("finds by the beginnings of words, in any order", () => {
  expect(matches("boa bre", "Breast masses: board")).toBe(true);
  expect(matches("oard", "Breast masses: board")).toBe(false);
});
it("does not mind accents and capitals", () => expect(matches("leila", "Leïla Benali")).toBe(true));
it("finds everything by nothing", () => expect(matches("  ", "Events")).toBe(true));
