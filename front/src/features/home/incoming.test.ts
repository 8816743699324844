import { expect, it } from "vitest";
import { newest } from "./incoming";

it("of several events' submissions the newest come first, and only a few", () => {
  const at = (minute: number) => ({ created_at: `2026-03-01T12:0${minute}:00Z` });
  expect(newest([at(1), at(3), at(2), at(0)], 3)).toEqual([at(3), at(2), at(1)]);
});
