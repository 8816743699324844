import { describe, expect, it } from "vitest";
import { inView, moved, pieces, scrollFor, seated, type View } from "./window";

const view = (more: Partial<View> = {}): View => ({ top: 0, height: 400, rowHeight: 40, count: 2000, ...more });

describe("the window", () => {
  it("holds what is in view and some beyond", () => {
    const { first, end } = inView(view({ top: 40_000 }));
    expect(first).toBeLessThanOrEqual(992);
    expect(end).toBeGreaterThanOrEqual(1018);
    expect(end - first).toBeLessThan(50);
  });
  it("stays the same for a small scroll", () => {
    expect(inView(view({ top: 40_330 }))).toEqual(inView(view({ top: 40_370 })));
  });
  it("never leaves the table", () => {
    expect(inView(view({ top: 1e6 })).end).toBe(2000);
    expect(inView(view({ top: -50 })).first).toBe(0);
    expect(inView(view({ count: 3 }))).toEqual({ first: 0, end: 3 });
    expect(inView(view({ count: 0 }))).toEqual({ first: 0, end: 0 });
  });
});

describe("the pieces", () => {
  const height = (all: ReturnType<typeof pieces>) => all.reduce((sum, one) => sum + (one.kind === "gap" ? one.rows : 1), 0);
  it("are as high as the whole table, wherever the pinned row is", () => {
    for (const mine of [-1, 0, 5, 500, 505, 1999, 5000])
      expect(height(pieces({ first: 496, end: 520 }, [mine], 2000))).toBe(2000);
  });
  it("keep a far row in its own place", () => {
    expect(pieces({ first: 0, end: 2 }, [7], 10)).toEqual([
      { kind: "row", index: 0 },
      { kind: "row", index: 1 },
      { kind: "gap", nth: 0, rows: 5 },
      { kind: "row", index: 7 },
      { kind: "gap", nth: 1, rows: 2 },
    ]);
  });
});

describe("the keys", () => {
  it("move the focus and stop at the ends", () => {
    expect(moved("ArrowDown", 3, 10, 4)).toBe(4);
    expect(moved("ArrowUp", 0, 10, 4)).toBe(0);
    expect(moved("PageDown", 8, 10, 4)).toBe(9);
    expect(moved("Home", 8, 10, 4)).toBe(0);
    expect(moved("End", 0, 10, 4)).toBe(9);
    expect(moved("x", 0, 10, 4)).toBeUndefined();
  });
  it("scroll only as far as they must", () => {
    const head = { head: 40, above: 0, below: 0 };
    expect(scrollFor(3, view(), head)).toBe(0);
    expect(scrollFor(8, view(), head)).toBe(0);
    expect(scrollFor(12, view(), { ...head, below: 40 })).toBe(13 * 40 + 80 - 400);
    expect(scrollFor(1, view({ top: 200 }), head)).toBe(40);
    expect(scrollFor(6, view({ top: 240 }), { ...head, above: 40 })).toBe(200);
  });
});

describe("seats", () => {
  it("are kept by rows that stay, and taken over by those that come", () => {
    const before = seated(new Map(), ["a", "b", "c"]);
    expect([...before.values()]).toEqual([0, 1, 2]);
    const after = seated(before, ["b", "c", "d"]);
    expect(Object.fromEntries(after)).toEqual({ b: 1, c: 2, d: 0 });
  });
  it("are no two rows' own", () => {
    let seats: ReadonlyMap<string, number> = new Map();
    for (const ids of [["a"], ["a", "b", "c"], ["c"], ["d", "c", "e", "f"], ["f"], []]) {
      seats = seated(seats, ids);
      expect(new Set(seats.values()).size).toBe(ids.length);
    }
  });
});
