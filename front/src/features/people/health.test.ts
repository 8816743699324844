import { describe, expect, it } from "vitest";
import { diskOf, isolationInWords, tidiedInWords } from "./health";

describe("the disk", () => {
  it("is what the center uses of what it could use", () =>
    expect(diskOf({ used_bytes: 2_000_000_000, free_bytes: 6_000_000_000 })).toEqual({
      share: 0.25,
      words: "2.0 GB used by the center, 6.0 GB free",
    }));
  it("bears an empty one", () => expect(diskOf({ used_bytes: 0, free_bytes: 0 }).share).toBe(0));
});

describe("the environments", () => {
  it("say what a tidying freed", () => expect(tidiedInWords(2_500_000_000)).toBe("2.5 GB freed"));
  it("say that there was nothing", () => expect(tidiedInWords(0)).toBe("there was nothing to free"));
});

describe("isolation", () => {
  const points = (...states: ("good" | "partly" | "missing")[]) => states.map((state) => ({ state }));
  it("is as good as its worst point", () => {
    expect(isolationInWords(points("good", "good")).state).toBe("good");
    expect(isolationInWords(points("good", "partly")).state).toBe("partly");
    expect(isolationInWords(points("partly", "missing")).state).toBe("missing");
  });
  it("counts what is to be done", () => {
    expect(isolationInWords(points("partly")).words).toContain("1 thing could");
    expect(isolationInWords(points("missing", "missing")).words).toContain("2 things");
  });
});
