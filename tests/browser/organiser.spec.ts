// An organiser: from a kit to an event, its cockpit, a message, a submission that is run again, the end.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { Town } from "./support/test.ts";
import { packed, splitBreastCancer, submissionOf } from "./support/kits.ts";
import { enter, expect, expectNoAxeViolations, jump, noClicks, soon, tabTo, test, type, worked } from "./support/stories.ts";

test.describe.configure({ timeout: 240_000 });

const archive = (name: string, buffer: Buffer) => ({ name, mimeType: "application/gzip", buffer });
const state = (page: Page, word: string) => page.locator(".state", { hasText: new RegExp(`^${word}$`) });

// The two archives that an organiser would bring along.
function archives(center: Town) {
  const { kit, hidden } = splitBreastCancer(mkdtempSync(join(center.folder, "kit-")));
  return { kit: archive("masses.tar.gz", packed(kit)), hidden: archive("hidden.tar.gz", packed(hidden)) };
}

// Chooses a file with the button, pressed in whatever way.
async function choose(page: Page, press: () => Promise<void>, file: ReturnType<typeof archive>): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), press()]);
  await chooser.setFiles(file);
  await expect(page.getByText(file.name)).toBeVisible();
}

const kitButton = (page: Page) => page.getByRole("button", { name: "The kit: choose an archive" });
const dataButton = (page: Page) => page.getByRole("button", { name: "Hidden data, if there is any: choose an archive" });

test("by mouse", async ({ page, center, signIn, another }) => {
  const hypatia = await center.person("Hypatia Theon", "organiser");
  const karl = await center.person("Karl Gauss");
  const { kit, hidden } = archives(center);
  await signIn(hypatia);
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: "New event" }).first().click();

  // What lacks is said where it lacks.
  await page.getByRole("button", { name: "Upload and check" }).click();
  await expect(page.getByText("Choose the kit first.")).toBeVisible();

  await choose(page, () => kitButton(page).click(), kit);
  await choose(page, () => dataButton(page).click(), hidden);
  await expect(page.getByLabel("Title")).toHaveValue("Masses");
  await page.getByLabel("Title").fill("Masses of Alexandria");
  await page.getByLabel("Name in addresses").fill("alexandria");
  await expectNoAxeViolations(page);
  await page.getByRole("button", { name: "Upload and check" }).click();

  // The check comes to its end by itself, and says what it found.
  const ready = page.getByRole("heading", { name: "The kit has passed: when does the event open?" });
  await expect(ready).toBeVisible(worked);
  const { findings } = await hypatia.get("/events/alexandria");
  for (const { message } of findings)
    await expect(page.getByRole("main")).toContainText(message.replaceAll("`", ""));
  await expectNoAxeViolations(page);
  await page.getByRole("button", { name: "Open now" }).click();
  await expect(page.getByText("The event is open.")).toBeVisible();
  await expect(page).toHaveURL(/\/events\/alexandria$/);
  await expect(state(page, "open").first()).toBeVisible();

  // The cockpit fills while a participant hands in.
  const tabs = page.getByRole("navigation", { name: "Parts of the event" });
  await tabs.getByRole("link", { name: "Cockpit" }).click();
  await expect(page.getByText("Nothing has been submitted yet", { exact: true })).toBeVisible(soon);
  await karl.post("/events/alexandria/join");
  const { page: his } = await another(karl);
  await his.goto("/events/alexandria/messages");
  await expect(his.getByText("No messages yet")).toBeVisible(soon);
  const made = await karl.submit("alexandria", "even scales", submissionOf("breast_cancer", "starting_kit"));
  const row = page.getByRole("region", { name: "Newest submissions, a table" }).getByRole("row").filter({ hasText: "even scales" });
  await expect(row).toContainText("Karl Gauss", worked);
  await expect(row).toContainText("scored", worked);
  const scored = await karl.untilEnded(made);
  await expect(row).toContainText(scored.scores.roc_auc.bagged_valid.toFixed(4));
  await expect(page.getByRole("definition").filter({ hasText: /^1$/ }).first()).toBeVisible();
  await expectNoAxeViolations(page);

  // A message reaches the other browser by itself: the bell, and the list that is open there.
  await page.getByRole("link", { name: "Write a message" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("A hint about the scales");
  await page.getByRole("textbox", { name: "Message" }).fill("Look at the *tails* of the areas.");
  await page.getByRole("button", { name: "Send to all participants" }).click();
  await expect(page.getByText("Sent to 1 person")).toBeVisible();
  await expect(page.getByRole("article").filter({ hasText: "A hint about the scales" })).toBeVisible();
  await expect(his.getByRole("article").filter({ hasText: "A hint about the scales" })).toBeVisible(soon);
  await his.getByRole("button", { name: "Notifications, 1 new" }).click(soon);
  await his.getByRole("link", { name: "A hint about the scales" }).click();
  await expect(his.getByRole("article").getByText("tails", { exact: true })).toBeVisible();
  await expect(his.getByRole("button", { name: "Notifications", exact: true })).toBeVisible();

  // The submission runs again, and ends anew.
  await tabs.getByRole("link", { name: "Cockpit" }).click();
  await row.getByRole("button", { name: "Rerun" }).click();
  await expect(page.getByText("Karl Gauss, even scales runs again.")).toBeVisible();
  await expect
    .poll(async () => {
      const { state, ended_at } = await karl.get(`/submissions/${made.id}`);
      return state === "scored" && ended_at > scored.ended_at;
    }, worked)
    .toBe(true);
  await expect(row).toContainText("scored", soon);

  // The end, which the participant sees at once.
  await page.getByRole("button", { name: "Close the event" }).click();
  await expect(page.getByText("The event is closed.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Open it again" })).toBeVisible();
  await expect(state(his, "closed").first()).toBeVisible(soon);
  const late = await karl.send("POST", "/events/alexandria/submissions", {
    name: "late",
    files: submissionOf("breast_cancer", "starting_kit"),
  });
  expect(late.status).toBe(409);
});

test("a kit that was refused is mended, and the event stays", async ({ page, center, signIn }) => {
  const emmy = await center.person("Emmy Noether", "organiser");
  const folder = mkdtempSync(join(center.folder, "kit-"));
  const { kit, hidden } = splitBreastCancer(folder);
  const problem = join(kit, "problem.py");
  const whole = readFileSync(problem, "utf8");
  writeFileSync(problem, whole.replace("def get_cv(X, y):", "def get_cv(X, y)"));
  const broken = archive("rings.tar.gz", packed(kit));
  writeFileSync(problem, whole);
  await signIn(emmy);
  await page.goto("/events/new");
  await choose(page, () => kitButton(page).click(), broken);
  await choose(page, () => dataButton(page).click(), archive("hidden.tar.gz", packed(hidden)));
  await page.getByLabel("Title").fill("Rings");
  await page.getByRole("button", { name: "Upload and check" }).click();
  await expect(page.getByRole("heading", { name: "The kit was refused" })).toBeVisible(worked);
  await expect(page.getByText("expected ':' at the end of this line, which begins a block")).toBeVisible();
  await expectNoAxeViolations(page);

  // From the event's own page too, one comes to the form.
  await page.goto("/events/rings");
  await page.getByRole("link", { name: "Upload the changed kit" }).click();
  await page.getByRole("button", { name: "Upload and check" }).click();
  await expect(page.getByText("Choose the kit first.")).toBeVisible();
  await choose(page, () => kitButton(page).click(), archive("rings-2.tar.gz", packed(kit)));
  await page.getByRole("button", { name: "Upload and check" }).click();
  const ready = page.getByRole("heading", { name: "The kit has passed: when does the event open?" });
  await expect(ready).toBeVisible(worked);
  const event = await emmy.get("/events/rings");
  expect([event.title, event.state, event.is_practice]).toEqual(["Rings", "ready", false]);
});

test("by the keyboard alone", async ({ page, center, signIn, another }) => {
  const mary = await center.person("Mary Somerville", "organiser");
  const nils = await center.person("Nils Abel");
  const { kit, hidden } = archives(center);
  await noClicks(page);
  await signIn(mary);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Mary");
  await jump(page, "new event", "New event");
  await choose(page, () => enter(page, kitButton(page)), kit);
  await choose(page, () => enter(page, dataButton(page)), hidden);
  await type(page, page.getByLabel("Title"), "Masses by hand");
  await type(page, page.getByLabel("Name in addresses"), "by-hand");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Open now" })).toBeVisible(worked);
  await enter(page, page.getByRole("button", { name: "Open now" }));
  await expect(page).toHaveURL(/\/events\/by-hand$/, worked);
  await expect(state(page, "open").first()).toBeVisible(soon);

  await nils.post("/events/by-hand/join");
  const made = await nils.submit("by-hand", "first", submissionOf("breast_cancer", "starting_kit"));
  const { page: his } = await another(nils);
  await his.goto("/notifications");
  await expect(his.getByText("No notifications yet")).toBeVisible(soon);

  const tabs = page.getByRole("navigation", { name: "Parts of the event" });
  await enter(page, tabs.getByRole("link", { name: "Messages" }));
  await type(page, page.getByRole("textbox", { name: "Title" }), "Welcome");
  await tabTo(page, page.getByRole("textbox", { name: "Message" }));
  await page.keyboard.type("Ask here what is not clear.");
  await enter(page, page.getByRole("button", { name: "Send to all participants" }));
  await expect(page.getByRole("article").filter({ hasText: "Ask here what is not clear." })).toBeVisible();
  await expect(his.getByRole("link", { name: "Welcome" })).toBeVisible(soon);

  const first = await nils.untilEnded(made);
  await enter(page, tabs.getByRole("link", { name: "Cockpit" }), "Shift+Tab");
  const row = page.getByRole("region", { name: "Newest submissions, a table" }).getByRole("row").filter({ hasText: "first" });
  await enter(page, row.getByRole("button", { name: "Rerun" }));
  await expect(page.getByText("Nils Abel, first runs again.")).toBeVisible();
  await expect
    .poll(async () => (await nils.get(`/submissions/${made.id}`)).ended_at ?? "", worked)
    .not.toMatch(new RegExp(`^(|${first.ended_at})$`));

  await enter(page, page.getByRole("button", { name: "Close the event" }), "Shift+Tab");
  await expect(page.getByRole("button", { name: "Open it again" })).toBeVisible();
  expect((await mary.get("/events/by-hand")).state).toBe("closed");
});
