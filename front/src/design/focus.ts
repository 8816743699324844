// Keeps the focus where an act took away what had it: it goes to the element of this id, else to the page's title.
import { tick } from "svelte";

export async function refocus(id: string): Promise<void> {
  await tick();
  const held = document.activeElement;
  if (held && held !== document.body && held.isConnected) return;
  const next = document.getElementById(id) ?? document.querySelector<HTMLElement>("main h1");
  next?.focus({ preventScroll: true });
}
