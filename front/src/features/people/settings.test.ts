import { describe, expect, it } from "vitest";
import { changesOf, type Draft } from "./settings";

const settings: Draft = { center_name: "Center", sign_up: "invited", notice: "" };

describe("changes of the settings", () => {
  it("are none where nothing was touched", () => expect(changesOf(settings, { ...settings })).toEqual({}));
  it("hold only what was touched, without spaces around it", () =>
    expect(changesOf(settings, { ...settings, notice: " Down at noon " })).toEqual({
      notice: "Down at noon",
    }));
  it("may empty the notice", () =>
    expect(changesOf({ ...settings, notice: "Old" }, settings)).toEqual({ notice: "" }));
  it("bear a center that has no notice yet", () =>
    expect(changesOf({ center_name: "Center", sign_up: "open" }, { ...settings, sign_up: "open" })).toEqual(
      {},
    ));
});
