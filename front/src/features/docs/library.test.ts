import { describe, expect, it } from "vitest";
import { asksForClient, inOrder, linkBetween, ofCenter, ORDER, pageOf, search } from "./library";

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

describe("the first page", () => {
  it("presents every page", () => {
    const files = Object.keys(import.meta.glob("../../../../docs/*.md"));
    const names = files.map((file) => file.slice(file.lastIndexOf("/") + 1, -".md".length));
    expect([...ORDER].sort()).toEqual([...names, "api"].sort());
  });
});

describe("a page that a center serves", () => {
  const text = "pip install https://agora.example.org/api/v1/client/a-1.0-any.whl\nagora login https://agora.example.org\n";
  it("has its address, and its client's", () =>
    expect(ofCenter(text, "https://c.example", "/api/v1/client/a-2.0-any.whl")).toBe(
      "pip install https://c.example/api/v1/client/a-2.0-any.whl\nagora login https://c.example\n",
    ));
  it("keeps the package's name where the center has none", () =>
    expect(ofCenter(text, "https://c.example", undefined)).toContain("https://c.example/api/v1/client/a-1.0-any.whl"));
  it("asks for the client only where it is named", () => {
    expect(asksForClient(text)).toBe(true);
    expect(asksForClient("agora login https://agora.example.org")).toBe(false);
  });
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
