// The `test` of every spec: a center for each worker, with people and an open event, and a page that is watched.
//
//   import { expect, expectNoAxeViolations, test } from "./support/test.ts";
//   test("ada sees her submissions", async ({ page, center, signIn }) => {
//     await signIn(center.ada);
//     await page.goto(`/events/${center.event.slug}`);
import { test as base } from "@playwright/test";
import { Center } from "./center.ts";
import type { Json, Person } from "./people.ts";
import { Watch } from "./watch.ts";

export { expect } from "@playwright/test";
export { expectNoAxeViolations, expectNoOverflow } from "./expect.ts";

// Do not change these people or this event in a way that another test would see: make others for that, with
// `center.person(...)` and `center.openEvent(...)`.
export type Town = Center & { organiser: Person; ada: Person; bruno: Person; event: Json };

async function found(): Promise<Town> {
  const center = await Center.start();
  try {
    const organiser = await center.person("Olga Organ", "organiser");
    const ada = await center.person("Ada Lovelace");
    const bruno = await center.person("Bruno Rossi");
    const event = await center.openEvent(organiser, { slug: "breast-masses", per_day: 200 });
    for (const one of [ada, bruno]) await one.post(`/events/${event.slug}/join`);
    return Object.assign(center, { organiser, ada, bruno, event });
  } catch (failed) {
    await center.stop();
    throw failed;
  }
}

interface OfTest {
  watch: Watch;
  signIn: (person: Person) => Promise<void>;
}

export const test = base.extend<OfTest, { center: Town }>({
  center: [
    async ({}, use) => {
      const center = await found();
      await use(center);
      await center.stop();
    },
    { scope: "worker", timeout: 240_000 },
  ],
  baseURL: async ({ center }, use) => use(center.url),
  watch: [
    async ({ page }, use) => {
      const watch = new Watch(page);
      await use(watch);
      if (watch.troubles.length > 0) throw new Error(`the page had troubles:\n${watch.troubles.join("\n")}`);
    },
    { auto: true },
  ],
  // Gives the browser the person's session, before the first page. A test of the sign-in itself fills the form.
  signIn: async ({ context, center }, use) =>
    use(async (person) => {
      await context.addCookies([{ name: "agora_session", value: person.session, url: center.url }]);
      await context.addInitScript(() => {
        if (sessionStorage.getItem("test.began")) return; // or a sign-out would not last
        sessionStorage.setItem("test.began", "yes");
        localStorage.setItem("agora.signed-in", "yes");
      });
    }),
});
