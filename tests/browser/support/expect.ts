// What holds on every page.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const colours = ["color-contrast", "link-in-text-block"];

// What axe finds, a line for each element. `only` colours, where nothing else can have changed since the last time.
export async function axeViolations(page: Page, only?: "colours", leaveOut: string[] = []): Promise<string[]> {
  const builder = new AxeBuilder({ page }).setLegacyMode(); // no second page: there are no frames of others
  if (only) builder.withRules(colours);
  else builder.withTags(standards);
  leaveOut.forEach((selector) => builder.exclude(selector));
  const { violations } = await builder.analyze();
  return violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${rule.help}\n  ${node.target.join(" ")}\n  ${node.html}`),
  );
}

// `leaveOut` takes selectors of what is not ours to mend.
export async function expectNoAxeViolations(page: Page, leaveOut: string[] = []): Promise<void> {
  expect(await axeViolations(page, undefined, leaveOut), `axe on ${page.url()}`).toEqual([]);
}

// What makes the page wider than its window. What scrolls by itself (a wide table in its own box) may.
export async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const scrollsAlone = (element: Element): boolean => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
        if (getComputedStyle(at).overflowX !== "visible") return true;
      return false;
    };
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > width + 1 && !scrollsAlone(element))
      .map((element) => `${element.outerHTML.slice(0, 160)} ends at ${element.getBoundingClientRect().right} of ${width}`)
      .slice(0, 10)
      .concat(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
  });
}

export async function expectNoOverflow(page: Page): Promise<void> {
  expect(await tooWide(page), `what is too wide on ${page.url()}`).toEqual([]);
}
