import { expect, it } from "vitest";
import { choicesIn, whyNone } from "./acts";

it("each state has its acts, and the release alone is final", () => {
  const acts = (state: Parameters<typeof choicesIn>[0]["state"]) => choicesIn({ state, is_practice: false });
  expect(acts("ready").map((one) => one.act)).toEqual(["open"]);
  expect(acts("open").map((one) => one.act)).toEqual(["close"]);
  expect(acts("closed").map((one) => [one.act, one.isFinal])).toEqual([["reopen", false], ["release", true]]);
  for (const state of ["checking", "refused", "released"] as const) {
    expect(acts(state)).toEqual([]);
    expect(whyNone(state)).not.toBe("");
  }
});
