import { describe, expect, it } from "vitest";
import { draftKey, keptWords } from "./keep";

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
