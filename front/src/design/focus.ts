// Keeps the focus where an act took away what had it.
import { tick } from "svelte";

const AWAITED_MS = 3000; // what the act changed may be read again by another reader, and come a little later

function isLost(): boolean {
  const held = document.activeElement;
  return !held || held === document.body || !held.isConnected;
}

function give(next: HTMLElement | null | undefined): void {
  (next ?? document.querySelector<HTMLElement>("main h1"))?.focus({ preventScroll: true });
}

// To the element of this id, else to the page's title.
export async function refocus(id: string): Promise<void> {
  await tick();
  if (isLost()) give(document.getElementById(id));
}

// To the first control of the part that it was in, else to the page's title.
export async function refocusIn(part: HTMLElement | undefined): Promise<void> {
  await tick();
  const first = (): HTMLElement | null | undefined =>
    part?.isConnected ? part.querySelector<HTMLElement>("a[href], button:not(:disabled)") : undefined;
  if (isLost()) return give(first());
  if (!part?.contains(document.activeElement)) return;
  const watch = new MutationObserver(() => {
    if (!isLost()) return;
    watch.disconnect();
    give(first());
  });
  watch.observe(part.closest("main") ?? document.body, { childList: true, subtree: true });
  setTimeout(() => watch.disconnect(), AWAITED_MS);
}
