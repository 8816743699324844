// An administrator: who comes in, who may do what, what is said on every page, what was done, and whether all is well.
import type { Page } from "@playwright/test";
import { enter, expect, expectNoAxeViolations, jump, noClicks, soon, tabTo, test, type } from "./support/stories.ts";
import { password } from "./support/people.ts";

test.describe.configure({ timeout: 120_000 });

// The settings are the whole center's: what is changed here is put back for those who come after.
test.afterEach(async ({ center }) => {
  const { administrator } = center;
  const tag = (await administrator.send("GET", "/settings")).headers.get("ETag") ?? "";
  await administrator.ask("PATCH", "/settings", { sign_up: "invited", notice: "" }, { "If-Match": tag });
});

const notSignedIn = /POST \/api\/v1\/sign-in was answered 403/;

// Asks for an account on the page, and is told to wait.
async function ask(page: Page, name: string, email: string): Promise<void> {
  await page.goto("/sign-up");
  const form = page.getByRole("main");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("E-mail address").fill(email);
  await form.getByLabel("Password", { exact: true }).fill(password);
  await form.getByRole("button", { name: /account/i }).click();
  await expect(page.getByRole("heading", { name: "Your account waits for its approval" })).toBeVisible(soon);
}

async function trySignIn(page: Page, email: string): Promise<void> {
  await page.goto("/sign-in");
  const form = page.getByRole("main");
  await form.getByLabel("E-mail address").fill(email);
  await form.getByLabel("Password", { exact: true }).fill(password);
  await form.getByRole("button", { name: "Sign in" }).click();
}

test("by mouse", async ({ page, center, signIn, another }) => {
  await signIn(center.administrator);
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Administration" }).click();
  const places = page.getByRole("navigation", { name: "Administration" });

  // Settings: people may ask, and a notice stands on every page.
  await places.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("radio", { name: "With approval" }).check();
  await page.getByLabel("Notice").fill("The center rests on Sunday.");
  await page.getByRole("button", { name: "Save the settings" }).click();
  await expect(page.getByText("The center rests on Sunday.", { exact: true })).toBeVisible();
  await expectNoAxeViolations(page);

  // Two ask; until somebody decides, the sign-in says that they wait.
  const { page: hers, watch: herWatch } = await another();
  const { page: his, watch: hisWatch } = await another();
  await ask(hers, "Sophie Germain", "sophie@example.org");
  await expect(hers.getByText("The center rests on Sunday.", { exact: true })).toBeVisible();
  await ask(his, "Evariste Galois", "evariste@example.org");
  herWatch.allow(notSignedIn);
  hisWatch.allow(notSignedIn);
  await trySignIn(hers, "sophie@example.org");
  await expect(hers.getByRole("alert")).toContainText("Your account waits for its approval");
  await expectNoAxeViolations(hers);

  // One is let in, one is not.
  await places.getByRole("link", { name: "Accounts" }).click();
  await page.getByRole("navigation", { name: "Which accounts" }).getByRole("link", { name: /^Waiting/ }).click();
  await page.getByRole("button", { name: "Approve: Sophie Germain" }).click();
  await expect(page.getByText("Sophie Germain may sign in now")).toBeVisible();
  await page.getByRole("button", { name: "Refuse: Evariste Galois" }).click();
  await expect(page.getByText("Evariste Galois is refused")).toBeVisible();
  await expectNoAxeViolations(page);
  await hers.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await expect(hers.getByRole("heading", { level: 1, name: "Welcome, Sophie" })).toBeVisible(soon);
  await trySignIn(his, "evariste@example.org");
  await expect(his.getByRole("alert")).toContainText("Your account was refused");

  // A role, which the other has from the next page on.
  await expect(hers.getByRole("link", { name: "New event" })).toHaveCount(0);
  await places.getByRole("link", { name: "Roles" }).click();
  await page.getByRole("combobox", { name: "Person" }).fill("sophie");
  await page.getByRole("option", { name: /Sophie Germain/ }).click(soon);
  await page.getByRole("button", { name: "Give the role" }).click();
  await expect(page.getByText("Sophie Germain is organiser now")).toBeVisible();
  await expect(page.getByRole("region", { name: "Organisers" })).toContainText("Sophie Germain");
  await expectNoAxeViolations(page);
  await hers.reload();
  await expect(hers.getByRole("link", { name: "New event" }).first()).toBeVisible(soon);

  // All of it stands in the log, whose chain is whole.
  await places.getByRole("link", { name: "Audit" }).click();
  const log = page.getByRole("region", { name: "Entries of the audit log, the newest first" });
  for (const [act, whom] of [["gave a role", ""], ["refused an account", "Evariste Galois"], ["approved an account", "Sophie Germain"], ["changed the settings", "the center"]] as const)
    await expect(log.getByRole("row").filter({ hasText: act }).first()).toContainText(whom);
  await page.getByRole("combobox", { name: "Which acts" }).selectOption({ label: "refused an account" });
  await expect(log.getByRole("row")).toHaveCount(2, soon); // with the head
  await page.getByRole("button", { name: "Verify the chain" }).click();
  await expect(page.getByRole("main")).toContainText("intact", soon);
  const { entries } = await center.administrator.get("/audit/verify");
  await expect(page.getByText(/All is as it was written/)).toContainText(`${entries} entries`);
  await expectNoAxeViolations(page);

  await expectHealth(page, () => places.getByRole("link", { name: "Health" }).click());
});

async function expectHealth(page: Page, goThere: () => Promise<void>): Promise<void> {
  await goThere();
  await expect(page.getByRole("heading", { level: 1, name: "Health of the center" })).toBeVisible();
  for (const name of ["Disk", "Queue", "Database", "Memory of the server", "Running for", "Environments"])
    await expect(page.getByRole("heading", { level: 2, name })).toBeVisible(soon);
  await expect(page.getByRole("listitem").filter({ hasText: "Database" })).toContainText("SQLite");
  const isolation = page.getByRole("region", { name: /Isolation of submissions/ });
  const good = isolation.locator("summary"); // what is good is folded
  if ((await good.count()) > 0) await good.press("Enter");
  await expect(isolation.getByRole("heading", { level: 3 }).first()).toBeVisible();
  await expectNoAxeViolations(page);
}

test("by the keyboard alone", async ({ page, center, signIn, another }) => {
  await noClicks(page);
  await signIn(center.administrator);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Grace");

  await jump(page, "settings", "Settings of the center");
  const modes = page.getByRole("radio");
  await tabTo(page, page.locator("input[name=sign_up]:checked"));
  const approved = page.getByRole("radio", { name: "With approval" });
  for (let step = 0; step < 3 && !(await approved.isChecked()); step++) await page.keyboard.press("ArrowUp");
  await expect(approved).toBeChecked();
  await expect(modes).toHaveCount(3);
  await type(page, page.getByLabel("Notice"), "Back at noon.");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Back at noon.", { exact: true })).toBeVisible();

  const { page: hers } = await another();
  await ask(hers, "Caroline Herschel", "caroline@example.org");
  await jump(page, "approvals", "Accounts");
  await enter(page, page.getByRole("button", { name: "Approve: Caroline Herschel" }));
  await expect(page.getByText("Caroline Herschel may sign in now")).toBeVisible();
  await trySignIn(hers, "caroline@example.org");
  await expect(hers.getByRole("heading", { level: 1, name: "Welcome, Caroline" })).toBeVisible(soon);

  const places = page.getByRole("navigation", { name: "Administration" });
  await enter(page, places.getByRole("link", { name: "Roles" }), "Shift+Tab");
  await tabTo(page, page.getByRole("combobox", { name: "Person" }));
  await page.keyboard.type("caroline");
  const found = page.getByRole("listbox", { name: "People found" });
  await expect(found.getByRole("option", { selected: true })).toContainText("Caroline Herschel", soon);
  await page.keyboard.press("Enter");
  await enter(page, page.getByRole("button", { name: "Give the role" }));
  await expect(page.getByText("Caroline Herschel is organiser now")).toBeVisible();

  await jump(page, "audit", "Audit log");
  await expect(page.getByRole("main")).toContainText("gave a role", soon);
  await enter(page, page.getByRole("button", { name: "Verify the chain" }));
  await expect(page.getByText(/All is as it was written/)).toBeVisible(soon);
  await expectHealth(page, () => jump(page, "health", "Health of the center"));
});
