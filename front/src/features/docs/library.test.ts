import { describe, expect, it } from "vitest";
import { inOrder, linkBetween, pageOf, search } from "./library";

const page = pageOf("participant", "# For participants\n\nText.\n\n## Hand in\n\n### From the terminal\n");
const other = pageOf("kits", "# Kits\n\n## Limits\n");

describe("a page", () => {
  it("has its title apart, and its headings", () => {
    expect(page.title).toBe("For participants");
    expect(page.text).toMatch(/^Text\./);
    expect(page.headings.map((one) => [one.level, one.id])).toEqual([
      [2, "hand-in"],
      [3, "from-the-terminal"],
    ]);
  });
  it("stands where readers look for it", () =>
    expect(inOrder([pageOf("z", "# Z"), other, page]).map((one) => one.name)).toEqual([
      "participant",
      "kits",
      "z",
    ]));
});

describe("the search", () => {
  it("finds titles and headings", () => {
    expect(search([page, other], "hand in")).toEqual([
      { href: "/docs/participant#hand-in", title: "Hand in", page: "For participants" },
    ]);
    expect(search([page, other], "kits").map((hit) => hit.href)).toEqual(["/docs/kits"]);
  });
  it("of nothing finds nothing", () => expect(search([page], "  ")).toEqual([]));
});

describe("a link between pages", () => {
  it.each([
    ["organiser.md", "/docs/organiser"],
    ["./kits.md#limits", "/docs/kits#limits"],
    ["https://example.org/a.md", undefined],
  ])("%s leads to %s", (href, found) => expect(linkBetween(href)).toBe(found));
});
