import { expect, it } from "vitest";
import { Estimate, progressWords } from "./estimate";

it("says nothing before it can know, then reckons from the latest seconds", () => {
  const estimate = new Estimate();
  expect(estimate.left(0, 100, 0)).toBeUndefined();
  expect(estimate.left(5, 100, 1000)).toBeUndefined();
  expect(estimate.left(10, 100, 2000)).toBeCloseTo(18);
  for (let s = 3; s <= 20; s++) estimate.left(10 + (s - 2) * 4, 100, s * 1000);
  expect(estimate.left(86, 100, 21_000)).toBeCloseTo(3.5, 0);
});
it("says nothing while nothing moves", () => {
  const estimate = new Estimate();
  estimate.left(5, 100, 0);
  expect(estimate.left(5, 100, 5000)).toBeUndefined();
});
it("is told in words", () => {
  expect(progressWords(12e6, 80e6, 20)).toBe("12.0 MB of 80.0 MB, about 20 s left");
  expect(progressWords(12e6, 80e6, undefined)).toBe("12.0 MB of 80.0 MB");
  expect(progressWords(80e6, 80e6, 0)).toBe("80.0 MB, all sent");
});
