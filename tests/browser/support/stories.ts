// For the stories of whole people: further browsers beside the page, and the keyboard as the only hand.
import { expect, type Locator, type Page } from "@playwright/test";
import { test as base } from "./test.ts";
import type { Person } from "./people.ts";
import { Watch } from "./watch.ts";

export { expect, expectNoAxeViolations, expectNoOverflow } from "./test.ts";

// Work in cells takes its time on a busy machine.
export const soon = { timeout: 30_000 };
export const worked = { timeout: 120_000 };

interface Others {
  // The first page of another browser, of nobody or of a person who is signed in; watched as the test's own.
  another: (person?: Person) => Promise<{ page: Page; watch: Watch }>;
}

export const test = base.extend<Others>({
  actionTimeout: async ({}, use) => use(soon.timeout), // or what is not there is waited for until the test's end
  another: async ({ browser, center }, use) => {
    const opened: { page: Page; watch: Watch }[] = [];
    await use(async (person) => {
      const context = await browser.newContext({ baseURL: center.url, locale: "en-GB", timezoneId: "Europe/Paris" });
      if (person) await context.addCookies([{ name: "agora_session", value: person.session, url: center.url }]);
      if (person) await context.addInitScript(() => localStorage.setItem("agora.signed-in", "yes"));
      const page = await context.newPage();
      const one = { page, watch: new Watch(page) };
      opened.push(one);
      return one;
    });
    const troubles = opened.flatMap(({ watch }) => watch.troubles);
    for (const { page } of opened) await page.context().close();
    if (troubles.length > 0) throw new Error(`another's page had troubles:\n${troubles.join("\n")}`);
  },
});

const isFocused = (wanted: Locator): Promise<boolean> =>
  wanted.evaluate((element) => (element.getRootNode() as Document | ShadowRoot).activeElement === element);

const focusedNow = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { tagName, textContent, ariaLabel } = document.activeElement ?? document.body;
    return `${tagName.toLowerCase()} "${(ariaLabel ?? textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  });

// Presses Tab (or Shift+Tab) until `wanted` has the focus, and says on what way it was not found.
export async function tabTo(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab", most = 90): Promise<void> {
  await expect(wanted).toBeVisible(soon);
  const way: string[] = [];
  for (let pressed = 0; pressed <= most; pressed++) {
    if (await isFocused(wanted)) return;
    await page.keyboard.press(key);
    way.push(await focusedNow(page));
  }
  throw new Error(`${key} does not lead to ${wanted}; it led to\n${way.join("\n")}`);
}

// Goes there by Tab and presses Enter.
export async function enter(page: Page, wanted: Locator, key?: "Tab" | "Shift+Tab"): Promise<void> {
  await tabTo(page, wanted, key);
  await page.keyboard.press("Enter");
}

// Goes to a field by Tab and types; what stood in it is replaced.
export async function type(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
  await expect(field).toHaveValue(text);
}

// Goes somewhere by the palette: "/", a few words, Enter.
export async function jump(page: Page, words: string, choice: string): Promise<void> {
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Page, event, person or act" });
  await expect(field).toBeFocused();
  await page.keyboard.type(words);
  const found = page.getByRole("listbox", { name: "What was found" });
  await expect(found.getByRole("option", { selected: true })).toContainText(choice, soon);
  await page.keyboard.press("Enter");
  await expect(field).toBeHidden();
}

// From now on a click fails the test: its story is told by the keyboard alone.
export async function noClicks(page: Page): Promise<void> {
  await page.addInitScript(() =>
    document.addEventListener("pointerdown", () => console.error("a story of the keyboard was helped by a pointer"), true),
  );
}

// Survives everything but a reload: look at it before the end with expectNotReloaded.
export const markPage = (page: Page): Promise<void> => page.evaluate(() => void document.body.setAttribute("data-test-mark", "1"));
export const expectNotReloaded = (page: Page): Promise<void> => expect(page.locator("body")).toHaveAttribute("data-test-mark", "1");
