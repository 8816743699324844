import { expect, it } from "vitest";
import { contrast, hex, rgbOf, type Rgb } from "./contrast";

it("goes from 1 to 21", () => {
  const black: Rgb = [0, 0, 0];
  const white: Rgb = [255, 255, 255];
  expect(contrast(black, white)).toBeCloseTo(21);
  expect(contrast(white, black)).toBeCloseTo(21);
  expect(contrast(white, white)).toBe(1);
  expect(contrast([119, 119, 119], white)).toBeCloseTo(4.48, 2); // #777 on white, the known near miss
});
it("reads colours as browsers tell them", () => {
  expect(rgbOf("rgb(26, 31, 36)")).toEqual([26, 31, 36]);
  expect(rgbOf("rgb(16 24 32 / 0.4)")).toEqual([16, 24, 32]);
  expect(rgbOf("color(srgb 1 0.5 0)")).toEqual([255, 127.5, 0]);
  expect(rgbOf("transparent")).toBeUndefined();
  expect(hex([26, 31, 36])).toBe("#1a1f24");
});
