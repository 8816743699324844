// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { drawFormula } from "./formulas";
import { paintCode } from "./highlight";
import { addressOf, plain, render } from "./markdown";
import { isWordy } from "./table_rules";

const html = (text: string, options = {}): string => render(text, options).html;
const formulas = (text: string): string[] =>
  [...html(text).matchAll(/class="formula(?: display)?">([^<]*)</g)].map((match) => match[1] ?? "");

describe("a formula", () => {
  it.each([
    ["The loss $-\\log p$ is low.", ["-\\log p"]],
    ["Both $x$ and $y_i$, so $x < y$.", ["x", "y_i", "x &lt; y"]],
    ["$2x$, $10^{-5}$ and $3 \\times 4$", ["2x", "10^{-5}", "3 \\times 4"]],
    ["In the text $$a = b$$ it stands out.", ["a = b"]],
    ["$$\n\\sum_i x_i\n= 1\n$$", ["\\sum_i x_i\n= 1"]],
    ["$$E = mc^2$$", ["E = mc^2"]],
    ["> $$\n> a\n> $$", ["a"]],
  ])("is found in %j", (text, found) => expect(formulas(text)).toEqual(found));

  it.each([
    "prices like $5 and $6 are none",
    "between $5-$6",
    "it was $5, and then 6$",
    "\\$x\\$ is escaped",
    "a lone $ sign, and a $ space $",
    "`$x$` is code",
    "costs $x `a$b`",
    "$$\nnever closed",
    "$$ $$",
  ])("is not seen in %j", (text) => expect(formulas(text)).toEqual([]));

  it("keeps underscores and stars to itself", () => expect(html("$a_1 * b_2 * c$")).not.toContain("<em>"));
  it("stands on lines of its own in a division", () =>
    expect(html("before\n$$\nx\n$$\nafter")).toBe(
      '<p>before</p>\n<div class="formula display">x</div>\n<p>after</p>\n',
    ));
  it("is drawn without style attributes in what is parsed, and says what is wrong with it", () => {
    const element = document.createElement("span");
    drawFormula(element, "\\vec{x} = \\frac{1}{2}", false);
    expect(element.querySelector(".katex math")).not.toBeNull();
    expect(element.querySelector("[data-style]")).toBeNull();
    const broken = document.createElement("span");
    broken.textContent = "\\frac{1";
    drawFormula(broken, "\\frac{1", false);
    expect(broken.textContent).toBe("\\frac{1");
    expect(broken.className).toBe("broken");
    expect(broken.title).not.toBe("");
  });
});

describe("headings", () => {
  it("begin below the page's title and skip no level", () => {
    const { headings } = render("# One\n\n### Two\n\n#### Three\n\n# Four", { top: 2 });
    expect(headings.map((one) => one.level)).toEqual([2, 3, 4, 2]);
  });
  it("begin there too where the writer began at the second level", () =>
    expect(html("## A\n\n### B")).toBe("<h2>A</h2>\n<h3>B</h3>\n"));
  it("have ids of their own", () => {
    const text = html("# The data\n\n# The data", { anchors: "s-" });
    expect(text).toContain('<h2 id="s-the-data">');
    expect(text).toContain('<h2 id="s-the-data-2">');
    expect(html("see [it](#the-data)", { anchors: "s-" })).toContain('href="#s-the-data"');
  });
});

describe("addresses", () => {
  const base = "/api/v1/events/moons/files/";
  it.each([
    ["figures/a.png", `${base}figures/a.png`],
    ["./a.png", `${base}a.png`],
    ["../../secret", base],
    ["/docs", "/docs"],
    ["https://example.org/a", "https://example.org/a"],
    ["#part", "#part"],
  ])("%s leads to %s", (written, found) => expect(addressOf(written, base)).toBe(found));
  it("elsewhere tell nothing of where one came from", () =>
    expect(html("[a](https://example.org)")).toContain('rel="noopener noreferrer"'));
  it("of images elsewhere become links", () => {
    expect(html("![a plot](https://example.org/a.png)")).not.toContain("<img");
    expect(html("![a plot](a.png)", { base })).toContain(`<img src="${base}a.png" alt="a plot"`);
  });
});

describe("Markdown", () => {
  it("takes no HTML and no script", () => {
    expect(html("<img src=x onerror=alert(1)>")).not.toContain("<img");
    expect(html("[a](javascript:alert(1))")).not.toContain("<a");
  });
  it("has no style attributes", () => {
    const text = html("| a | b |\n|:-:|--:|\n| 1 | 2 |\n");
    expect(text).not.toContain("style=");
    expect(text).toContain('<td class="to-right">2</td>');
  });
  it("has tables whose rows a phone can lay out one cell under another", () => {
    const text = html(
      "| `a` | unit | meaning |\n|---|---|--:|\n| x | pixel | the mean distance from the centre to the outline |\n",
    );
    expect(text).toContain('<table class="list wordy" role="table">');
    expect(text).toContain('<td role="cell">x</td>\n<td role="cell" data-label="unit">pixel</td>');
    expect(text).toContain('<td role="cell" data-label="meaning" class="to-right">');
  });
  it.each([
    [[9, 60], false], // a code and its meaning stand side by side
    [[30, 60], true],
    [[8, 12, 40], true],
    [[8, 8, 8, 8, 8, 8], false], // numbers scroll
    [[60], false],
  ])("with columns of %j letters is laid out so: %s", (longest, found) =>
    expect(isWordy(longest)).toBe(found),
  );
  it("has tasks", () =>
    expect(html("- [x] read\n- [ ] write")).toContain('disabled checked aria-label="done"> read'));
  it("has Python coloured in place, and its text as it was", () => {
    const root = document.createElement("div");
    root.innerHTML = html("```python\nimport agora\nx = '<b>'\n```");
    paintCode(root);
    expect(root.querySelector(".tok-keyword")?.textContent).toBe("import");
    expect(root.querySelector("code")?.textContent).toBe("import agora\nx = '<b>'");
  });
  it("keeps an option whole, and lets what is long break", () => {
    expect(html("`agora submit [--name <N>]`")).toBe(
      "<p><code>agora submit <span>[--name</span> &lt;N&gt;]</code></p>\n",
    );
    expect(html(`\`${"a-".repeat(20)}\``)).not.toContain("<span>");
  });
  it("has its words alone", () => expect(plain("# A\n\nb **c** `d`\n\n- e")).toBe("A b c d e"));
});
