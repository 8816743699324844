// What the page of an event shows above its tabs, asks the center for, and lets one keep.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { submissionOf } from "./support/kits.ts";
import { expect, test } from "./support/test.ts";
import { restOf } from "./support/settled.ts";

const requestsTo = (page: Page, path: string): string[] => {
  const seen: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith(path)) seen.push(pathname);
  });
  return seen;
};

test("of an event that is not there no stream is asked", async ({ page, center, signIn, watch }) => {
  watch.allow(/GET \/api\/v1\/events\/never-was was answered 404/);
  const asked = requestsTo(page, "/api/v1/events/never-was");
  const rest = restOf(page);
  await signIn(center.ada);
  await page.goto("/events/never-was");
  await rest();
  expect(asked).toEqual(["/api/v1/events/never-was"]);
});

test("an event that is there is live", async ({ page, center, signIn }) => {
  await signIn(center.ada);
  await page.goto(`/events/${center.event.slug}`);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
});

test("on a phone the event begins above 40 % of the height", async ({ page, center, signIn }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(center.ada);
  const rest = restOf(page);
  for (const tab of ["", "/data", "/submit", "/board", "/messages"]) {
    await page.goto(`/events/${center.event.slug}${tab}`);
    await rest();
    const strip = await page.getByRole("navigation", { name: "Parts of the event" }).boundingBox();
    const head = await page.locator("main header.head").boundingBox();
    expect(strip!.y + strip!.height, `the tabs end at, on ${tab || "the overview"}`).toBeLessThan(0.4 * 740);
    expect(head!.height, "the head's height").toBeLessThan(150);
  }
  await expect(page.locator("main header.head")).toContainText(/open/);
});

test("an open event without an end says so once, as a sentence", async ({ page, center, signIn }) => {
  await signIn(center.ada);
  await page.goto(`/events/${center.event.slug}`);
  await expect(page.getByText("Open without an end", { exact: true })).toBeVisible();
  await expect(page.locator("main").getByText("Opened", { exact: true })).toHaveCount(1);
});

test("the cockpit of a new event says once that nothing came", async ({ page, center, signIn }) => {
  const event = await center.openEvent(center.organiser, { slug: "nothing-yet", title: "Nothing yet" });
  await signIn(center.organiser);
  const rest = restOf(page);
  await page.goto(`/events/${event.slug}/cockpit`);
  await rest();
  await expect(page.getByText(/Nothing (has been|was) submitted/)).toHaveCount(1);
});

test("the lines of the cockpit's figures do not lie beside the frame", async ({ page, center, signIn }) => {
  await signIn(center.organiser);
  const rest = restOf(page);
  for (const width of [360, 1000, 1280, 1281]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`/events/${center.event.slug}/cockpit`);
    await rest();
    const wrong = await page.locator("dl.facts").evaluate((list) =>
      [...list.children].flatMap((cell) => {
        const { borderRightWidth, boxShadow } = getComputedStyle(cell);
        return borderRightWidth === "0px" && boxShadow === "none" ? [] : [cell.textContent];
      }),
    );
    expect(wrong).toEqual([]);
  }
});

// The size of a PNG, and how light its corner is: drawn by the browser, which can read it.
async function looked(page: Page, file: string): Promise<{ width: number; height: number; corner: number[] }> {
  const bytes = readFileSync(file).toString("base64");
  return page.evaluate(async (bytes) => {
    const image = new Image();
    image.src = `data:image/png;base64,${bytes}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const ink = canvas.getContext("2d")!;
    ink.drawImage(image, 0, 0);
    return { width: image.width, height: image.height, corner: [...ink.getImageData(2, 2, 1, 1).data] };
  }, bytes);
}

test("the race is kept as PNG in light colours, also in the dark", async ({ page, center, signIn }) => {
  test.setTimeout(120_000);
  const event = await center.openEvent(center.organiser, { slug: "kept-race", title: "A race to keep" });
  await center.ada.post(`/events/${event.slug}/join`);
  const sent = await center.ada.submit(event.slug, "first", submissionOf("breast_cancer", "starting_kit"));
  await center.ada.untilEnded(sent);
  await signIn(center.ada);
  await page.emulateMedia({ colorScheme: "dark" });
  const rest = restOf(page);
  await page.goto(`/events/${event.slug}/board`);
  await rest();
  const figure = await page.getByRole("img", { name: /^The race of/ }).boundingBox();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "PNG" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`${event.slug}-race.png`);
  const { width, height, corner } = await looked(page, await download.path());
  expect(width).toBeGreaterThan(2 * figure!.width);
  expect(height).toBeGreaterThan(2 * (figure!.height + 40)); // its title stands above
  expect(Math.min(...corner)).toBeGreaterThan(240);
  const dark = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(dark, "the page itself stays dark").toBe("rgb(16, 19, 22)");
});
