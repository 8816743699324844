import { describe, expect, it } from "vitest";
import { eventIn, grouped, withRead } from "./grouping";

const one = (id: string, read_at: string | null = null) => ({
  id,
  created_at: "2026-03-01T12:00:00Z",
  read_at,
});
const NOW = "2026-03-02T12:00:00Z";

describe("notifications", () => {
  it("stand in two groups, each once, the newest first", () => {
    const groups = grouped([one("3"), one("1")], [one("4"), one("3"), one("2", NOW)]);
    expect(groups.unread.map((each) => each.id)).toEqual(["4", "3", "1"]);
    expect(groups.read.map((each) => each.id)).toEqual(["2"]);
  });
  it("are read where one of the lists knows it", () =>
    expect(grouped([one("1")], [one("1", NOW)]).unread).toEqual([]));
  it("are read one by one or all at once", () => {
    const list = [one("2"), one("1"), one("0", "2026-03-01T13:00:00Z")];
    expect(withRead(list, ["1"], NOW).map((each) => each.read_at)).toEqual([
      null,
      NOW,
      "2026-03-01T13:00:00Z",
    ]);
    expect(withRead(list, undefined, NOW).map((each) => each.read_at)).toEqual([
      NOW,
      NOW,
      "2026-03-01T13:00:00Z",
    ]);
  });
});

describe("a notification's address", () => {
  it.each([
    ["/events/moons/messages", "moons"],
    ["/events/moons", "moons"],
    ["/me/submissions", undefined],
  ])("%s is of %s", (url, slug) => expect(eventIn(url)).toBe(slug));
});
