// Where the focus is after a change of page: never lost, at the title or on the tab that was chosen.
import { expect, type Page } from "@playwright/test";
import { test } from "./support/test.ts";
import { restOf } from "./support/settled.ts";

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const held = document.activeElement;
    return held ? `${held.tagName} ${held.textContent?.trim().slice(0, 100)}` : "nothing";
  });

test("a first load leaves the focus where the browser begins", async ({ page, center, signIn }) => {
  await signIn(center.ada);
  const rest = restOf(page);
  for (const path of ["/", "/events", `/events/${center.event.slug}`]) {
    await page.goto(path);
    await rest();
    expect(await focused(page), path).toMatch(/^BODY/);
  }
});

test("a change of page moves the focus to its title", async ({ page, center, signIn }) => {
  await signIn(center.ada);
  const rest = restOf(page);
  await page.goto("/");
  await rest();
  await page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Events" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/events$/);
  await rest();
  expect(await focused(page), "by the bar").toBe("H1 Events");

  await page.locator(`main a[href="/events/${center.event.slug}"]`).first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/events\/\w/);
  await rest();
  expect(await focused(page), "by a link of the page").toBe(`H1 ${center.event.title}`);

  await page.goBack();
  await rest();
  expect(await focused(page), "by going back").toBe("H1 Events");

  await page.keyboard.press("/");
  await page.getByRole("dialog").getByRole("combobox").fill("people");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/people$/);
  await rest();
  expect(await focused(page), "by the palette").toBe("H1 People");
  const line = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  expect(line, "the title has no outline: it is no control").toBe("none");
});

test("what stands beside the path leaves the focus alone", async ({ page, center, signIn }) => {
  await signIn(center.ada);
  const rest = restOf(page);
  await page.goto("/people");
  await rest();
  const search = page.getByRole("searchbox").first();
  await search.fill("ada");
  await expect(page).toHaveURL(/ada/);
  await rest();
  await expect(search).toBeFocused();
});

test("a chosen tab keeps the focus", async ({ page, center, signIn }) => {
  await signIn(center.ada);
  const rest = restOf(page);
  await page.goto(`/events/${center.event.slug}`);
  await rest();
  const tab = page.getByRole("navigation", { name: "Parts of the event" }).getByRole("link", { name: "Data" });
  await tab.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/data$/);
  await rest();
  await expect(tab).toBeFocused();
});

test("who joins finds the focus where the button was", async ({ page, center, signIn }) => {
  const person = await center.person("Fatima Focus");
  await signIn(person);
  const rest = restOf(page);
  await page.goto(`/events/${center.event.slug}/people`);
  await rest();
  await page.locator("main header").getByRole("button", { name: "Join" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("main header").getByRole("link", { name: "Submit" })).toBeFocused();

  await page.goto(`/events/${center.event.slug}`);
  await rest();
  await page.getByRole("button", { name: "Leave the event" }).focus();
  await page.keyboard.press("Enter");
  const join = page.getByRole("button", { name: "Join the event" });
  await expect(join).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Leave the event" })).toBeFocused();
});
