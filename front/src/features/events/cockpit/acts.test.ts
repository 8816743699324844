import { expect, it } from "vitest";
import { choicesIn, standsAs, whyNone } from "./acts";

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

it("what an act would do is no state, and the state is said before it", () => {
  for (const state of ["ready", "open", "closed"] as const) {
    expect(standsAs(state)).toMatch(/^The event (is|has) /);
    for (const one of choicesIn({ state, is_practice: false })) expect(one.means).toMatch(/^When you /);
  }
});
