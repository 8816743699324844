// Environments: an administrator makes one from the file that a project has, watches it come into being, finds what
// could not be taken over, and takes it away. In a home of its own: what is made here is gone with it.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { Center } from "./support/center.ts";
import { expectNoAxeViolations, expectNoOverflow } from "./support/expect.ts";
import type { Person } from "./support/people.ts";
import { Watch } from "./support/watch.ts";

test.describe.configure({ mode: "serial", timeout: 120_000 });

const shared = process.env["AGORA_HOME"] ?? join(homedir(), ".local/share/agora");
const home = mkdtempSync(join(tmpdir(), "agora-home-"));
let center: Center;
let member: Person;

test.beforeAll(async () => {
  const before = { ...process.env };
  // The installer and what it has fetched already are the user's own.
  process.env["AGORA_HOME"] = home;
  process.env["UV_CACHE_DIR"] ??= join(shared, "cache/uv");
  const uv = join(shared, "tools/uv");
  if (existsSync(uv)) process.env["AGORA_UV"] ??= uv;
  center = await Center.start();
  process.env = before;
  member = await center.person("Ada Lovelace");
});
test.afterAll(async () => {
  await center?.stop();
  rmSync(home, { recursive: true, force: true });
});

async function enter(page: Page, person: Person, path: string): Promise<Watch> {
  const watch = new Watch(page);
  await page.context().addCookies([{ name: "agora_session", value: person.session, url: center.url }]);
  await page.context().addInitScript(() => localStorage.setItem("agora.signed-in", "yes"));
  await page.goto(center.url + path);
  return watch;
}

const conda = `name: spectra
channels:
  - conda-forge
dependencies:
  - python=3.11
  - six=1.17
  - gcc_linux-64
  - pip:
    - -e .
`;

const shots = "../../build/screenshots";

async function looksWell(page: Page, name: string): Promise<void> {
  for (const scheme of ["light", "dark"] as const)
    for (const width of [360, 1280]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await expectNoAxeViolations(page);
      await expectNoOverflow(page);
      await page.screenshot({ path: `${shots}/${name}-${scheme}-${width}.png`, fullPage: true });
    }
  await page.emulateMedia({ colorScheme: "light" });
}

test("nothing is there yet, and what fills it is said", async ({ page }) => {
  const watch = await enter(page, center.administrator, "/environments");
  await expect(page.getByText("No environment yet")).toBeVisible();
  await looksWell(page, "environments-empty");
  expect(watch.troubles).toEqual([]);
});

test("an administrator makes one from a file that is dropped", async ({ page }) => {
  const watch = await enter(page, center.administrator, "/environments/new");
  const file = await page.evaluateHandle((text) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([text], "environment.yml"));
    return dropped;
  }, conda);
  await page.locator(".drop").dispatchEvent("drop", { dataTransfer: file });
  await expect(page.getByText("environment.yml is read.")).toBeVisible();
  await expect(page.getByLabel("Made from", { exact: true })).toHaveValue("conda");
  await expect(page.getByLabel("environment.yml", { exact: true })).toHaveValue(conda);
  await page.getByLabel("Name", { exact: true }).fill("spectra");
  await looksWell(page, "environment-form");
  await page.getByRole("button", { name: "Make the environment" }).click();

  await expect(page.getByRole("heading", { name: "spectra", level: 1 })).toBeVisible();
  await expect(page.getByRole("region", { name: "Log", exact: true })).toContainText("not taken over: environment.yml, line 3");
  await expect(page.getByRole("heading", { name: "Packages" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("main").getByText("tested", { exact: true })).toBeVisible();
  const left = page.getByRole("region", { name: "What could not be taken over" });
  await expect(left.getByRole("row")).toHaveCount(4);
  await expect(left).toContainText("gcc_linux-64");
  await expect(page.getByRole("region", { name: "Log", exact: true })).toContainText("imported six 1.17.0");
  await page.getByLabel("Find a package").fill("six");
  await expect(page.getByText("1 package found")).toBeAttached();
  await page.getByLabel("Find a package").fill("numpy");
  await expect(page.getByText("No package of this environment has “numpy” in its name.")).toBeVisible();
  await page.getByLabel("Find a package").fill("");
  await looksWell(page, "environment-ready");
  const lock = await page.request.get(`${center.url}/api/v1/environments/spectra/lock`);
  expect(await lock.text()).toContain("six==1.17.0");
  expect(watch.troubles).toEqual([]);
});

test("a source that cannot be had says why, and where", async ({ page }) => {
  const watch = await enter(page, center.administrator, "/environments/new");
  await page.getByLabel("Name", { exact: true }).fill("wrong");
  await page.getByLabel("Packages", { exact: true }).fill("six=1.17");
  watch.allow(/was answered 400/);
  await page.getByRole("button", { name: "Make the environment" }).click();
  await expect(page.getByRole("alert")).toContainText("Requirements.txt, line 1");
  await page.getByLabel("Packages", { exact: true }).fill("six\nno-such-package-of-agora");
  await page.getByRole("button", { name: "Make the environment" }).click();
  await expect(page.getByRole("heading", { name: "It could not be made" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("main")).toContainText("(requirements.txt, line 2)");
  await looksWell(page, "environment-failed");
  expect(watch.troubles).toEqual([]);
});

test("others read, and change nothing", async ({ page }) => {
  const watch = await enter(page, member, "/environments");
  await expect(page.getByRole("link", { name: "spectra" })).toBeVisible();
  await expect(page.getByRole("link", { name: "New environment" })).toHaveCount(0);
  await looksWell(page, "environments");
  await page.getByRole("link", { name: "spectra" }).click();
  await expect(page.getByRole("heading", { name: "Packages" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Remove…" })).toHaveCount(0);
  await page.goto(`${center.url}/environments/new`);
  await expect(page.getByText("This is for administrators")).toBeVisible();
  expect(watch.troubles).toEqual([]);
});

test("it is checked again, and taken away by keyboard alone", async ({ page }) => {
  const watch = await enter(page, center.administrator, "/environments/spectra");
  await page.getByRole("button", { name: "Check it again" }).press("Enter");
  await expect(page.getByRole("main").getByText("being checked", { exact: true })).toBeVisible();
  await expect(page.getByRole("main").getByText("ready", { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Remove…" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Remove spectra" });
  await expect(dialog.getByRole("button", { name: "Remove it" })).toBeDisabled();
  await dialog.getByLabel("Type its name").fill("spectra");
  await expectNoAxeViolations(page);
  await dialog.getByRole("button", { name: "Remove it" }).press("Enter");
  await expect(page.getByRole("main").getByText("retired", { exact: true })).toBeVisible();
  expect(existsSync(join(home, "names/spectra"))).toBe(false);
  expect(watch.troubles).toEqual([]);
});
