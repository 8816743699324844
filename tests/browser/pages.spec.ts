// Every page as everybody sees it: in light and dark, on a phone and a desk. Screenshots go to build/screenshots.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { axeViolations, tooWide } from "./support/expect.ts";
import { type Filled, test } from "./support/filled.ts";
import { root } from "./support/kits.ts";
import type { Person } from "./support/people.ts";
import { restOf } from "./support/settled.ts";

test.describe.configure({ mode: "parallel" });

const roles: Record<string, (town: Filled) => Person | undefined> = {
  stranger: () => undefined,
  member: (town) => town.member,
  participant: (town) => town.ada,
  organiser: (town) => town.organiser,
  administrator: (town) => town.administrator,
};

interface Place {
  name: string; // of its screenshots
  path: string; // with {event}, {refused}, {new}, {scored}, {failed}, {person}
  hiddenFrom?: string[]; // roles to whom the center says that there is no such thing
  samples?: number; // skeletons that are there to be looked at
}

const at = (path: string, name = path.slice(1).replaceAll("/", "-"), hiddenFrom: string[] = []): Place => ({
  name,
  path,
  hiddenFrom,
});
const tabsOf = (path: string, name: string, tabs: string[], hiddenFrom: string[] = []): Place[] =>
  tabs.map((tab) => at(tab ? `${path}/${tab}` : path, tab ? `${name}-${tab}` : name, hiddenFrom));

const everybody = Object.keys(roles);
const outside = ["stranger", "member"];

const eventTabs = ["", "data", "submit", "submissions", "board", "people", "messages", "cockpit", "settings"];
const ownTabs = ["", "submissions", "tokens", "sessions"];
const adminTabs = ["people", "invitations", "roles", "groups", "settings", "audit", "health"];
const docs = ["participant", "organiser", "administrator", "kits", "python", "command-line", "security", "api"];

const places: Place[] = [
  at("/", "home"),
  ...["/sign-in", "/sign-up", "/reset-password"].map((path) => at(path)),
  at("/sign-up?state=pending", "sign-up-pending"),
  at("/people"),
  at("/people/{person}", "person"),
  ...tabsOf("/me", "me", ownTabs),
  at("/notifications"),
  at("/events"),
  at("/events/new"),
  at("/events/new?event={refused}", "event-refused-kit"),
  ...tabsOf("/events/{event}", "event", eventTabs),
  ...tabsOf("/events/{new}", "event-new", ["", "submit", "board", "messages"]),
  ...tabsOf("/events/{refused}", "event-refused", ["", "settings"], [...outside, "participant"]),
  at("/submissions/{scored}", "submission-scored", outside),
  at("/submissions/{failed}", "submission-failed", outside),
  at("/environments"),
  at("/environments/new"),
  at("/environments/default", "environment"),
  at("/environments/never-was", "environment-missing", ["member", "participant", "organiser", "administrator"]),
  at("/admin"),
  ...tabsOf("/admin", "admin", adminTabs),
  at("/docs"),
  ...tabsOf("/docs", "docs", docs),
  { ...at("/design"), samples: 2 },
  at("/nowhere/at/all", "missing"),
  at("/events/never-was", "event-missing", everybody),
  at("/submissions/00000000000000000000000000", "submission-missing", everybody),
  at("/people/nobody", "person-missing", ["member", "participant", "organiser", "administrator"]),
];

const words = (file: string, pattern: RegExp): string[] =>
  [...readFileSync(join(root, "front/src", file), "utf8").matchAll(pattern)].map((found) => found[1] ?? "");

// The list above is whole: a page or a tab that is made later must come into it.
test("every page is looked at", () => {
  const paths = places.map((place) => place.path.replace(/\?.*/, ""));
  for (const pattern of words("app/routes.ts", /pattern: "([^"]*)"/g)) {
    const fits = new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+")}$`);
    expect(paths.some((path) => fits.test(path)), pattern).toBe(true);
  }
  expect(words("features/events/acts.ts", /\{\s*path: "([^"]*)"/g)).toEqual(eventTabs);
  expect(words("features/people/AdminPage.svelte", /word: "([^"]*)"/g)).toEqual(adminTabs);
  expect(words("features/people/MePage.svelte", /href: "\/me\/?([^"]*)"/g)).toEqual(ownTabs);
  const files = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));
  const guide = files.map((file) => file.replace(/\.md$/, ""));
  expect([...guide, "api"].sort()).toEqual([...docs].sort());
});

function addressOf(place: Place, town: Filled): string {
  const { event, refused, scored, failed } = town;
  const names: Record<string, string> = {
    event: event.slug,
    new: "second-reading",
    refused: refused.slug,
    scored: scored.id,
    failed: failed.id,
    person: town.handle,
  };
  return place.path.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name);
}

async function wrongWith(page: Page): Promise<string[]> {
  const wrong: string[] = [];
  const heads = await page.locator("h1").count();
  if (heads !== 1) wrong.push(`has ${heads} h1`);
  if (!/\S.* · Agora$/.test(await page.title())) wrong.push(`is titled "${await page.title()}"`);
  return wrong.concat(await tooWide(page));
}

for (const [role, personOf] of Object.entries(roles))
  for (const width of [360, 1280])
    test(`the pages of a ${role} at ${width} pixels`, async ({ page, filled, signIn, watch }) => {
      test.setTimeout(280_000);
      const rest = restOf(page);
      const person = personOf(filled);
      if (person) await signIn(person);
      await page.setViewportSize({ width, height: width < 720 ? 780 : 800 });
      const wrong = new Map<string, string[]>(); // each with the pages that have it
      for (const place of places) {
        const seen = watch.troubles.length;
        const found: string[] = [];
        const shoot = (theme: string) =>
          page.screenshot({
            path: join(root, "build/screenshots", role, `${place.name}-${width}-${theme}.png`),
            fullPage: true,
            animations: "disabled",
          });
        try {
          await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
          await page.goto(addressOf(place, filled));
          await rest(place.samples);
          found.push(...(await wrongWith(page)), ...(await axeViolations(page)));
          await shoot("light");
          await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
          found.push(...(await axeViolations(page, "colours")).map((text) => `in the dark: ${text}`));
          await shoot("dark");
        } catch (thrown) {
          found.push(String(thrown).split("\n")[0] ?? "");
        }
        const isHidden = place.hiddenFrom?.includes(role);
        const troubles = watch.troubles.slice(seen);
        found.push(...troubles.filter((text) => !isHidden || !/was answered 404$/.test(text)));
        for (const text of found) wrong.set(text, [...(wrong.get(text) ?? []), place.name]);
      }
      watch.allow(/./); // told below
      const lines = [...wrong].map(([text, names]) => `${names.join(", ")}: ${text}`);
      expect(lines, `what is wrong for a ${role} at ${width} pixels`).toEqual([]);
    });
