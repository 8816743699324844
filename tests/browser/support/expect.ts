// What holds on every page.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// `leaveOut` takes selectors of what is not ours to mend.
export async function expectNoAxeViolations(page: Page, leaveOut: string[] = []): Promise<void> {
  const builder = new AxeBuilder({ page }).withTags(standards);
  leaveOut.forEach((selector) => builder.exclude(selector));
  const { violations } = await builder.analyze();
  const lines = violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${rule.help}\n  ${node.target.join(" ")}\n  ${node.html}`),
  );
  expect(lines, `axe on ${page.url()}`).toEqual([]);
}

// Nothing makes the page wider than its window. What scrolls by itself (a wide table in its own box) may.
export async function expectNoOverflow(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
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
  expect(wide, `what is too wide on ${page.url()}`).toEqual([]);
}
