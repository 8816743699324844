import { expect, expectNoAxeViolations, expectNoOverflow, test } from "./support/test.ts";

test("a stranger finds the center's name", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveTitle(/Agora/);
  await expect(page.locator("main")).toBeVisible();
  await expectNoAxeViolations(page);
});

for (const width of [360, 1280])
  test(`home fits a window of ${width} pixels`, async ({ page, center, signIn }) => {
    await page.setViewportSize({ width, height: 800 });
    await signIn(center.ada);
    await page.goto("/");
    await expect(page.locator("main")).toBeVisible();
    await expectNoOverflow(page);
  });
