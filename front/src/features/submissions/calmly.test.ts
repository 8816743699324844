import { expect, it, vi } from "vitest";
import { calmly } from "./calmly";

it("an act is done at once, then at most once in a while, and for the last asking too", () => {
  vi.useFakeTimers();
  const act = vi.fn();
  const ask = calmly(act, 1000);
  ask();
  ask();
  ask();
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5000);
  expect(act).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});
