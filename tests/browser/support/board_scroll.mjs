// Scrolls a board by the wheel in a real Chromium and prints, as JSON, what its frames took. bench/board_page.py runs it.
//
// usage: node board_scroll.mjs ADDRESS COOKIE ROWS SECONDS
import { chromium } from "@playwright/test";

const [address, cookie, rows, seconds] = process.argv.slice(2);
const SPEED = 4000; // px a second: about 90 rows

const browser = await chromium.launch({
  executablePath: process.env["AGORA_TEST_BROWSER"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
});
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const [name, value] = cookie.split("=");
  await context.addCookies([{ name, value, url: new URL(address).origin }]);
  await context.addInitScript(() => localStorage.setItem("agora.signed-in", "yes"));
  const page = await context.newPage();
  await page.goto(address);
  const board = page.locator(".board");
  await page.locator(`table[aria-rowcount="${Number(rows) + 1}"]`).waitFor({ timeout: 60_000 });
  await page.locator("tr[data-id] svg polyline").first().waitFor({ timeout: 60_000 }); // all attempts are there
  await page.waitForTimeout(1000);
  await board.hover();

  await board.evaluate((element) => {
    const seen = { frames: [], longTasks: [], top: element.scrollTop };
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.longTasks.push(entry.duration);
    }).observe({ type: "longtask" });
    let last = 0;
    const frame = (now) => {
      if (last) seen.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const box = await board.boundingBox();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Input.synthesizeScrollGesture", {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    yDistance: -SPEED * Number(seconds),
    speed: SPEED,
    gestureSourceType: "mouse", // wheel events, one for each frame
    preventFling: true,
  });
  const seen = await page.evaluate(() => globalThis.seen);
  const top = await board.evaluate((element) => element.scrollTop);
  console.log(JSON.stringify({ frames: seen.frames, longTasks: seen.longTasks, scrolled: top - seen.top }));
} finally {
  await browser.close();
}
