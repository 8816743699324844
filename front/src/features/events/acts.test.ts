import { describe, expect, it } from "vitest";
import { firstAct, tabRows, whyNotShown, type Standing } from "./acts";

const event = (state: string, part: "none" | "participant" | "organiser" = "none"): Standing => ({
  slug: "moons",
  state,
  mine: { is_participant: part === "participant", is_organiser: part === "organiser" },
});

describe("the first act", () => {
  it.each([
    ["a stranger at an open event", event("open"), false, "Sign in to join"],
    ["a stranger at a closed one", event("closed"), false, undefined],
    ["somebody at an open one", event("open"), true, "join"],
    ["somebody before the opening", event("ready"), true, "join"],
    ["a participant at an open one", event("open", "participant"), true, "Submit"],
    ["a participant before the opening", event("ready", "participant"), true, undefined],
    ["a participant after the end", event("released", "participant"), true, "See the board"],
    ["an organiser of an open one", event("open", "organiser"), true, undefined],
    ["an organiser before the opening", event("ready", "organiser"), true, "Set when it opens"],
    ["an organiser of a refused kit", event("refused", "organiser"), true, "Upload the changed kit"],
  ])("of %s", (_who, one, isSignedIn, name) => {
    const act = firstAct(one, isSignedIn);
    expect(act?.kind === "go" ? act.name : act?.kind).toBe(name);
  });
});

describe("tabs", () => {
  it("that are not shown say why, and none is made up", () => {
    expect(whyNotShown("cockpit", event("open", "participant"))?.title).toMatch(/organisers/);
    expect(whyNotShown("submissions", event("open"))?.text).toMatch(/^Join/);
    expect(whyNotShown("board", event("checking", "organiser"))?.title).toBe("Not here yet");
    expect(whyNotShown("blend", event("open"))).toBeUndefined();
  });
  it("leave the head's act the first where they have none of their own", () => {
    const messages = tabRows.find((row) => row.path === "messages");
    expect(messages?.hasPrimary?.(event("open", "participant"))).toBe(false);
    expect(messages?.hasPrimary?.(event("open", "organiser"))).toBe(true);
  });
  const seen = (one: Standing, isSignedIn = true): string[] =>
    tabRows.filter((row) => row.shows(one, isSignedIn)).map((row) => row.name(one));
  it("of a stranger are those of an onlooker", () =>
    expect(seen(event("open"), false)).toEqual(["Overview", "Data", "Submit", "Board", "Messages"]));
  it("of a participant have one's own submissions", () =>
    expect(seen(event("open", "participant"))).toContain("My submissions"));
  it("of an organiser have the cockpit, and no data before the check", () => {
    expect(seen(event("open", "organiser"))).toContain("Cockpit");
    expect(seen(event("checking", "organiser"))).toEqual([
      "Overview",
      "People",
      "Messages",
      "Cockpit",
      "Settings",
    ]);
  });
});
