import { expect, it } from "vitest";
import { placeIn } from "./place";

// A board of `count` teams in pages of 200, of which the one at `mine` is mine.
function board(count: number, mine: number) {
  const asked: (string | undefined)[] = [];
  const readPage = (after: string | undefined) => {
    asked.push(after);
    const begin = Number(after ?? 0);
    const end = Math.min(count, begin + 200);
    const items = Array.from({ length: end - begin }, (_, i) => ({
      rank: begin + i + 1,
      is_mine: begin + i + 1 === mine,
    }));
    return Promise.resolve({ items, next: end < count ? String(end) : null });
  };
  return { asked, readPage };
}

it("finds a place on the first page, and says that there are more", async () => {
  const { asked, readPage } = board(500, 3);
  expect(await placeIn(readPage)).toEqual({ rank: 3, of: 200, isMore: true });
  expect(asked).toHaveLength(1);
});
it("finds a place behind the first 200", async () =>
  expect(await placeIn(board(500, 450).readPage)).toEqual({ rank: 450, of: 500, isMore: false }));
it("is none where no row is mine", async () => expect(await placeIn(board(500, 501).readPage)).toBeNull());
it("is none where my row has no rank", async () =>
  expect(
    await placeIn(() => Promise.resolve({ items: [{ rank: null, is_mine: true }], next: null })),
  ).toBeNull());
