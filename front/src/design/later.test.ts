import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { doAllNow, GRACE_MS, later } from "./later.svelte";
import { toasts } from "./toasts.svelte";

describe("an act that waits", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    toasts.all = [];
  });
  afterEach(() => vi.useRealTimers());

  const begin = (answer: () => Promise<void>) => {
    const act = vi.fn(answer);
    const restore = vi.fn();
    later({ text: "gone", act, restore });
    return { act, restore };
  };

  it("is done when the time is over", () => {
    const { act, restore } = begin(async () => {});
    expect(act).not.toHaveBeenCalled();
    vi.advanceTimersByTime(GRACE_MS);
    expect(act).toHaveBeenCalledOnce();
    expect(restore).not.toHaveBeenCalled();
  });
  it("is never done after an undo", () => {
    const { act, restore } = begin(async () => {});
    toasts.all[0]?.undo?.();
    vi.advanceTimersByTime(2 * GRACE_MS);
    expect(act).not.toHaveBeenCalled();
    expect(restore).toHaveBeenCalledOnce();
  });
  it("is done at once when the page is left, and once only", () => {
    const { act } = begin(async () => {});
    doAllNow();
    vi.advanceTimersByTime(2 * GRACE_MS);
    expect(act).toHaveBeenCalledOnce();
  });
  it("puts back what it could not do, and says why", async () => {
    const { restore } = begin(async () => {
      throw new Error("nobody would be left");
    });
    await vi.advanceTimersByTimeAsync(GRACE_MS);
    expect(restore).toHaveBeenCalledOnce();
    expect(toasts.all.at(-1)?.text).toBe("nobody would be left");
  });
});
