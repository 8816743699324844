// How much a first load weighs, how still a page stands while it loads.
import { expect, type Page } from "@playwright/test";
import { type Filled, test } from "./support/filled.ts";
import { restOf } from "./support/settled.ts";

const kB = 1024;
const most = { script: 120 * kB, style: 40 * kB, shift: 0.01 }; // bytes, bytes, score

const pages: Record<string, (town: Filled) => string> = {
  home: () => "/",
  event: (town) => `/events/${town.event.slug}`,
  board: (town) => `/events/${town.event.slug}/board`,
  submission: (town) => `/submissions/${town.scored.id}`,
};

async function weightOf(page: Page, ending: ".js" | ".css"): Promise<number> {
  return page.evaluate(
    (ending) =>
      (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
        .filter((one) => new URL(one.name).pathname.endsWith(ending))
        .reduce((sum, one) => sum + one.encodedBodySize, 0),
    ending,
  );
}

for (const name of ["home", "board"])
  test(`the first load of ${name} is light`, async ({ page, filled }) => {
    const rest = restOf(page);
    await page.goto(pages[name]!(filled));
    await rest();
    const [script, style] = [await weightOf(page, ".js"), await weightOf(page, ".css")];
    expect(script, "bytes of script, compressed").toBeGreaterThan(10 * kB);
    expect(script, "bytes of script, compressed").toBeLessThanOrEqual(most.script);
    expect(style, "bytes of CSS, compressed").toBeGreaterThan(kB);
    expect(style, "bytes of CSS, compressed").toBeLessThanOrEqual(most.style);
  });

interface Shift {
  value: number;
  what: string;
}

// Kept by the page from its first moment.
function noteShifts(): void {
  const shifts: Shift[] = [];
  Object.assign(globalThis, { shifts });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as any[]) {
      if (entry.hadRecentInput) continue;
      const moved = (entry.sources ?? []).map((source: any) => {
        const node = source.node instanceof Element ? source.node : source.node?.parentElement;
        const { previousRect: was, currentRect: is } = source;
        return `${node?.outerHTML.slice(0, 100)} from ${was.y} +${was.height} to ${is.y} +${is.height}`;
      });
      shifts.push({ value: entry.value, what: moved.join("; ") });
    }
  }).observe({ type: "layout-shift", buffered: true });
}

for (const width of [360, 1280])
  test(`nothing jumps while pages load at ${width} pixels`, async ({ page, filled, signIn }) => {
    await signIn(filled.ada);
    await page.addInitScript(noteShifts);
    await page.setViewportSize({ width, height: 800 });
    const rest = restOf(page);
    const jumped: string[] = [];
    for (const [name, addressOf] of Object.entries(pages)) {
      await page.goto(addressOf(filled));
      await rest();
      const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: Shift[] }).shifts);
      const sum = shifts.reduce((all, one) => all + one.value, 0);
      if (sum >= most.shift)
        jumped.push(...shifts.map((one) => `${name}: ${one.value.toFixed(4)} of ${sum.toFixed(4)}: ${one.what}`));
    }
    expect(jumped).toEqual([]);
  });
