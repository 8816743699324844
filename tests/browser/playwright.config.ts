// Real pages of a real center in the system's Chromium. `tools/dev test browser` runs these; to run one by hand:
//   tools/node npm --prefix tests/browser test -- home.spec.ts        (--trace on keeps all that happened)
import { defineConfig } from "@playwright/test";

const options = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: ".",
  testMatch: process.env["AGORA_BENCH"] ? "*.bench.ts" : "*.spec.ts",
  outputDir: "report/failures",
  fullyParallel: false, // the tests of a file share a center, in the order in which they stand
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [["line"]],
  use: {
    browserName: "chromium",
    headless: true,
    launchOptions: { executablePath: process.env["AGORA_TEST_BROWSER"] ?? "/usr/bin/chromium", args: options },
    screenshot: "only-on-failure",
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    viewport: { width: 1280, height: 800 },
  },
});
