// A participant: from the first page to one's own row on the board, by mouse, and by the keyboard alone.
import type { Page } from "@playwright/test";
import type { Json } from "./support/people.ts";
import { enter, expect, expectNoAxeViolations, expectNoOverflow, jump, noClicks, soon, tabTo, test, worked } from "./support/stories.ts";

test.describe.configure({ timeout: 240_000 });

const title = "Masses, told twice";

test.beforeAll(async ({ center }) => {
  test.setTimeout(240_000);
  await center.openEvent(center.organiser, { slug: "told-twice", title, per_day: 50 });
});

const code = (page: Page) => page.getByRole("textbox", { name: "Code of classifier.py" });
const tryCard = (page: Page) => page.getByRole("region", { name: "Try on the public data" });
const idIn = (page: Page): string => new URL(page.url()).pathname.split("/").pop() ?? "";

// Says what it answers about the rows that it was not trained on: the figure must show the same.
const telling = `import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Classifier(BaseEstimator):
    def fit(self, X, y):
        print(f"fitted on {len(X)} rows of {X.shape[1]} columns")
        self.seen_ = {tuple(row) for row in X}
        self.model_ = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, random_state=57))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        shares = self.model_.predict_proba(X)
        new = np.array([tuple(row) not in self.seen_ for row in X])
        said = shares.argmax(axis=1)[new]
        print(f"of {len(said)} new rows {(said == 0).sum()} are benign, {(said == 1).sum()} malignant")
        return shares
`;

// All that the editor holds is written anew. What is typed over a selection must not break the page's policy.
async function write(page: Page, text: string): Promise<void> {
  await code(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("x = 1");
  await expect(code(page)).toHaveText("x = 1");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(text);
}

async function startedTry(page: Page): Promise<string> {
  const answer = await page.waitForResponse((one) => one.request().method() === "POST" && one.url().endsWith("/tries"));
  return (await answer.json()).id;
}

test("by mouse", async ({ page, center, signIn }) => {
  const maria = await center.person("Maria Merian");
  await signIn(maria);
  await page.goto("/");
  await page.getByRole("link", { name: title, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();

  // What is asked, and the data.
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByText("You take part in this event")).toBeVisible();
  await expect(page.getByRole("main")).toContainText("fine needle");
  const tabs = page.getByRole("navigation", { name: "Parts of the event" });
  await tabs.getByRole("link", { name: "Data" }).click();
  await page.getByRole("navigation", { name: "Files" }).getByRole("link", { name: /train\.csv/ }).click();
  await expect(page.getByRole("region", { name: "The chosen file" })).toContainText("mean_radius");
  await expectNoAxeViolations(page);

  // The code is changed and tried: it runs.
  await tabs.getByRole("link", { name: "Submit" }).click();
  await page.getByRole("tab", { name: "classifier.py" }).click();
  await expect(code(page)).toContainText("LogisticRegression", soon);
  await write(page, telling);
  const [id] = await Promise.all([startedTry(page), page.getByRole("button", { name: "Try", exact: true }).click()]);
  await expect(tryCard(page)).toContainText("passed", worked);
  const tried = await maria.get(`/tries/${id}`);
  await expectTheTryAsItWas(page, tried);
  await expectNoAxeViolations(page);
  await expectNoOverflow(page);

  // A fault is found before it costs anything: its line is marked.
  const broken = telling.replace("shares.argmax(", "shares.argmaxx(");
  const line = broken.split("\n").findIndex((text) => text.includes("argmaxx")) + 1;
  await write(page, broken);
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await expect(tryCard(page)).toContainText("failed", worked);
  const failure = tryCard(page).getByRole("region", { name: "Why it failed" });
  await expect(failure).toContainText("AttributeError");
  await expect(failure.getByRole("button")).toHaveText(`classifier.py, line ${line}`);
  await expect(tryCard(page).getByRole("region", { name: "Traceback" })).toContainText("argmaxx");
  await expect(page.locator(".cm-marked")).toContainText("argmaxx");
  await failure.getByRole("button").click();
  await expect(code(page)).toBeFocused();

  // Mended, handed in, followed until it is scored; nothing is reloaded.
  await write(page, telling);
  await page.getByLabel("Name", { exact: true }).fill("telling");
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  await page.waitForURL("**/submissions/*");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("telling");
  const way = page.getByRole("list", { name: "The way of this submission" });
  await expect(way.getByRole("listitem").filter({ hasText: "Scored: done" })).toBeVisible(worked);
  const scores = page.getByRole("region", { name: "Score table" });
  const { scores: known } = await maria.get(`/submissions/${idIn(page)}`);
  await expect(scores.getByRole("row").filter({ hasText: "official" })).toContainText(known.roc_auc.bagged_valid.toFixed(4));
  await expect(page.getByRole("region", { name: "classifier.py" })).toContainText("are benign");
  await expect(page.getByRole("region", { name: "Output of the trial" })).toContainText("fitted on");
  await expectNoAxeViolations(page);

  // The own row.
  const own = idIn(page);
  await page.getByRole("navigation").getByRole("link", { name: title }).click();
  await tabs.getByRole("link", { name: "Board" }).click();
  const row = page.getByRole("grid", { name: `Board of ${title}` }).locator(`tr[data-id="${own}"]`);
  await expect(row).toContainText("Maria Merian", soon);
  await expect(row).toContainText("mine");
  await expect(row).toContainText(known.roc_auc.bagged_valid.toFixed(4));
});

// Scores, figure and output are those of the try, and agree with each other.
async function expectTheTryAsItWas(page: Page, tried: Json): Promise<void> {
  const { labels, counts } = tried.figure;
  expect(labels).toEqual(["benign", "malignant"]);
  const all = counts.flat().reduce((sum: number, one: number) => sum + one, 0);
  const right = counts[0][0] + counts[1][1];
  expect(tried.scores.accuracy.valid).toBeCloseTo(right / all, 6);

  const matrix = tryCard(page).getByRole("region", { name: "Confusion matrix" });
  await expect(matrix).toContainText(`${Math.round((100 * right) / all)} % of the validation rows told right`);
  for (const [i, label] of labels.entries()) {
    const cells = matrix.getByRole("row").filter({ has: page.getByRole("rowheader", { name: label }) }).getByRole("cell");
    await expect(cells.nth(0)).toHaveText(String(counts[i][0]));
    await expect(cells.nth(1)).toHaveText(String(counts[i][1]));
  }
  const output = tryCard(page).getByRole("region", { name: "Output of the try" });
  await expect(output).toContainText("fitted on");
  const said = [counts[0][0] + counts[1][0], counts[0][1] + counts[1][1]];
  await expect(output).toContainText(`of ${all} new rows ${said[0]} are benign, ${said[1]} malignant`);

  const table = tryCard(page).getByRole("region", { name: "Scores of the try" });
  await expect(table.getByRole("row").filter({ hasText: "official" })).toContainText(tried.scores.roc_auc.valid.toFixed(4));
  await expect(table.getByRole("row").filter({ hasText: /accuracy/i })).toContainText(tried.scores.accuracy.valid.toFixed(3));
}

test("by the keyboard alone", async ({ page, center, signIn }) => {
  const emmy = await center.person("Emmy Noether");
  await noClicks(page);
  await signIn(emmy);
  await page.goto("/");
  await enter(page, page.getByRole("link", { name: title, exact: true }));
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await enter(page, page.getByRole("button", { name: "Join", exact: true }));
  await expect(page.getByText("You take part in this event")).toBeVisible();

  const tabs = page.getByRole("navigation", { name: "Parts of the event" });
  await enter(page, tabs.getByRole("link", { name: "Data" }));
  await enter(page, page.getByRole("navigation", { name: "Files" }).getByRole("link", { name: /train\.csv/ }));
  await expect(page.getByRole("region", { name: "The chosen file" })).toContainText("mean_radius");
  await enter(page, tabs.getByRole("link", { name: "Submit" }), "Shift+Tab");

  // Into the editor: a line that fails, below the last one.
  await tabTo(page, page.getByRole("tab", { selected: true }));
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "classifier.py" })).toBeFocused();
  await tabTo(page, code(page));
  await expect(code(page)).toContainText("LogisticRegression", soon);
  const lines = await page.locator(".cm-line").count();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("1 / 0");
  await page.keyboard.press("Control+.");
  await expect(tryCard(page)).toContainText("failed", worked);
  await expect(tryCard(page).getByRole("region", { name: "Why it failed" })).toContainText("ZeroDivisionError");
  await expect(page.locator(".cm-marked")).toContainText("1 / 0");

  // Out of the editor, to the line by its button, which leads back into the editor.
  await page.keyboard.press("Escape");
  await enter(page, tryCard(page).getByRole("button", { name: `classifier.py, line ${lines}` }));
  await expect(code(page)).toBeFocused();
  await page.keyboard.press("Shift+End");
  await page.keyboard.type('print("nothing is divided")');
  await page.keyboard.press("Control+.");
  await expect(tryCard(page)).toContainText("passed", worked);
  await expect(tryCard(page).getByRole("region", { name: "Output of the try" })).toContainText("nothing is divided");

  await page.keyboard.press("Control+Enter");
  await page.waitForURL("**/submissions/*");
  const way = page.getByRole("list", { name: "The way of this submission" });
  await expect(way.getByRole("listitem").filter({ hasText: "Scored: done" })).toBeVisible(worked);
  await expect(page.getByRole("region", { name: "Score table" })).toBeVisible();

  // To the board by the palette, and on the board by arrows to the own row, which Enter opens.
  const own = idIn(page);
  await jump(page, "told twice board", `${title}: board`);
  const row = page.getByRole("grid", { name: `Board of ${title}` }).locator(`tr[data-id="${own}"]`);
  await expect(row).toContainText("Emmy Noether", soon);
  await tabTo(page, page.getByRole("grid", { name: `Board of ${title}` }).locator('tr[tabindex="0"]'));
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  const rank = Number(await row.getAttribute("aria-rowindex")) - 2;
  for (let at = 0; at < rank; at++) await page.keyboard.press("ArrowDown");
  await expect(row).toBeFocused();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/submissions/${own}`);
});
