import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Speed } from "./speed";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("is fast while many rows pass, and rests soon after", () => {
  const told: boolean[] = [];
  const speed = new Speed((isFast) => told.push(isFast));
  speed.scrolled(0, 1000);
  speed.scrolled(10, 1016);
  expect(told).toEqual([]);
  speed.scrolled(80, 1032);
  expect(told).toEqual([true]);
  vi.advanceTimersByTime(150);
  expect(told).toEqual([true, false]);
});

it("takes a jump after a pause for none", () => {
  const told: boolean[] = [];
  const speed = new Speed((isFast) => told.push(isFast));
  speed.scrolled(0, 1000);
  speed.scrolled(5000, 3000);
  expect(told).toEqual([]);
});
