import { describe, expect, it, vi } from "vitest";
import { draftKey, dropLate, keepLate, keptWords, readLate, type KeptDraft } from "./keep";

describe("a draft", () => {
  it.each([
    [0, "Draft kept just now"],
    [3, "Draft kept 3 s ago"],
    [150, "Draft kept 2 min ago"],
    [7300, "Draft kept 2 h ago"],
    [200_000, "Draft kept 2 d ago"],
  ])("kept %i s ago says so", (passed, words) =>
    expect(keptWords(1_000_000, 1_000_000 + passed * 1000)).toBe(words),
  );
  it("is one person's in one event", () => {
    expect(draftKey("p", "e")).not.toBe(draftKey("q", "e"));
    expect(draftKey(undefined, "e")).toBe("stranger/e");
  });
});

describe("what was typed last", () => {
  const stored = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => void stored.set(key, text),
    removeItem: (key: string) => void stored.delete(key),
  });
  const draft = (content: string | Uint8Array): KeptDraft => ({
    files: [{ path: "a.py", content }],
    name: "two trees",
    base: { kind: "starter" },
    savedAt: 7,
  });

  it("is there until it is kept for good", () => {
    keepLate("ada/masses", draft("x = 1\n"));
    expect(readLate("ada/masses")).toEqual(draft("x = 1\n"));
    dropLate("ada/masses");
    expect(readLate("ada/masses")).toBeUndefined();
  });
  it("is not kept in part", () => {
    keepLate("ada/masses", draft(new Uint8Array(3)));
    keepLate("ada/masses", draft("x".repeat(600_000)));
    expect(readLate("ada/masses")).toBeUndefined();
  });
});
