// An act that the center cannot take back waits a moment, so that the person can: done when the time is over or
// the page is left, not at all after "Undo".
import { asProblem } from "../api/problem";
import { toasts } from "./toasts.svelte";

export const GRACE_MS = 6000;

interface Later {
  text: string; // "The token laptop is removed"
  act: () => Promise<unknown>;
  restore: () => void; // puts back what the page has taken away already
}

const waiting = new Set<() => void>();

export function later({ text, act, restore }: Later): void {
  let isSettled = false;
  const settle = (how: () => void): void => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    waiting.delete(now);
    how();
  };
  const now = (): void =>
    settle(() => {
      act().catch((thrown: unknown) => {
        restore();
        toasts.say(asProblem(thrown).message, { tone: "bad" });
      });
    });
  const timer = setTimeout(now, GRACE_MS);
  waiting.add(now);
  toasts.say(text, { undo: () => settle(restore), milliseconds: GRACE_MS });
}

// Leaving the page is no undo.
export function doAllNow(): void {
  for (const now of [...waiting]) now();
}
if (typeof window !== "undefined") window.addEventListener("pagehide", doAllNow);
