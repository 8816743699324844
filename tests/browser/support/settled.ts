// A page that has come to rest: what it asked for is there, no skeleton stands in its place.
import type { Page, Request } from "@playwright/test";
import { pause } from "./people.ts";

// Streams are open as long as their page.
const isAwaited = (request: Request): boolean => !new URL(request.url()).pathname.endsWith("/stream");

// Made before the first page; call what it returns after each `goto` or click. `samples`: how many skeletons stay.
export function restOf(page: Page): (samples?: number) => Promise<void> {
  const open = new Set<Request>();
  let lastChange = Date.now();
  const note = (change: (request: Request) => void) => (request: Request) => {
    if (!isAwaited(request)) return;
    change(request);
    lastChange = Date.now();
  };
  page.on("request", note((request) => open.add(request)));
  page.on("requestfinished", note((request) => open.delete(request)));
  page.on("requestfailed", note((request) => open.delete(request)));
  page.on("framenavigated", (frame) => frame === page.mainFrame() && open.clear());
  return async (samples = 0) => {
    await page.locator("h1").first().waitFor();
    const deadline = Date.now() + 15_000;
    for (; Date.now() < deadline; await pause(20)) {
      const isQuiet = open.size === 0 && Date.now() - lastChange > 120;
      if (isQuiet && (await page.locator("main .skeleton").count()) <= samples) return;
    }
    const waits = [...open].map((request) => request.url()).join(", ");
    throw new Error(`${page.url()} did not come to rest; it waits for ${waits || "what its skeletons stand for"}`);
  };
}
