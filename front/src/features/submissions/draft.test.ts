import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Draft } from "./draft.svelte";
import type { KeptDraft } from "./keep";

const kept = vi.hoisted(() => new Map<string, KeptDraft>());
const keeps = vi.hoisted(() => ({ isBroken: false }));
vi.mock("./keep", async (original) => ({
  ...(await original<typeof import("./keep")>()),
  readDraftOf: (person: string | undefined, event: string) =>
    keeps.isBroken
      ? Promise.reject(new Error("no"))
      : Promise.resolve(kept.get(`${person ?? "stranger"}/${event}`)),
  writeDraft: (key: string, draft: KeptDraft) => {
    if (keeps.isBroken) return Promise.reject(new Error("full"));
    kept.set(key, draft);
    return Promise.resolve(key);
  },
  dropDraft: (key: string) => Promise.resolve(void kept.delete(key)),
}));

const starter = [{ path: "a.py", content: "x = 1\n" }];

describe("a draft", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    kept.clear();
    keeps.isBroken = false;
  });
  afterEach(() => vi.useRealTimers());

  async function begun(): Promise<Draft> {
    const draft = new Draft("ada", "masses");
    expect(await draft.load()).toBe(false);
    draft.begin(starter, { kind: "starter" });
    return draft;
  }

  it("is kept once one pauses, and is there again", async () => {
    const draft = await begun();
    draft.edit("a.py", "x = 2\n");
    draft.edit("a.py", "x = 3\n");
    expect(kept.size).toBe(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(draft.savedAt).toBeDefined();
    const again = new Draft("ada", "masses");
    expect(await again.load()).toBe(true);
    expect(again.files).toEqual([{ path: "a.py", content: "x = 3\n" }]);
  });

  it("that nobody touched is not kept", async () => {
    await begun();
    await vi.advanceTimersByTimeAsync(1000);
    expect(kept.size).toBe(0);
  });

  it("is kept at once when the page goes away", async () => {
    const draft = await begun();
    draft.call("two trees");
    draft.flush();
    await vi.advanceTimersByTimeAsync(0);
    expect(kept.get("ada/masses")?.name).toBe("two trees");
  });

  it("comes back after starting over", async () => {
    const draft = await begun();
    draft.edit("b.py", "mine");
    draft.call("mine");
    const undo = draft.replace(starter, { kind: "starter" });
    expect(draft.files).toEqual(starter);
    undo();
    expect(draft.files).toHaveLength(2);
    expect(draft.name).toBe("mine");
  });

  it("is gone once it was handed in", async () => {
    const draft = await begun();
    draft.edit("a.py", "x = 2\n");
    await draft.handedIn();
    await vi.advanceTimersByTimeAsync(1000);
    expect(kept.size).toBe(0);
  });

  it("says where the browser keeps none", async () => {
    keeps.isBroken = true;
    const draft = new Draft(undefined, "masses");
    await draft.load();
    expect(draft.whyNotKept).toContain("keeps no drafts");
    draft.begin(starter, { kind: "starter" });
    draft.edit("a.py", "y");
    await vi.advanceTimersByTimeAsync(1000);
    expect(draft.whyNotKept).toContain("did not keep");
  });
});
