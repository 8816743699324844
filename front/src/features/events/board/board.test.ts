import { afterEach, beforeEach, expect, it, vi } from "vitest";

// The client asks below the page's own address.
const ORIGIN = "http://center.test";
class PageRequest extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(typeof input === "string" ? new URL(input, ORIGIN) : input, init);
  }
}
vi.stubGlobal("Request", PageRequest);
const { Board } = await import("./board.svelte");
import type { Row } from "./rows";

const row = (id: string, value: number, team = id): Row => ({
  rank: 1, submission_id: id, number: 1, name: id, team: { id: team, name: team },
  scores: { acc: { valid: value } }, created_at: "2026-03-01T12:00:00Z",
});
const columns = [{ name: "acc", precision: 2, is_lower_the_better: false, official: true }];

let asked: URL[];
let before: (url: URL) => void;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  asked = [];
  before = () => {};
  const all = [row("a1", 0.9, "a"), row("b1", 0.8, "b"), row("a2", 0.7, "a")];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    asked.push(url);
    before(url);
    const rows = url.searchParams.get("of") === "all" ? all : all.slice(0, 2);
    const at = url.searchParams.get("after") ? 2 : 0;
    const items = rows.slice(at, at + 2);
    const next = at + 2 < rows.length ? (items.at(-1)?.submission_id ?? null) : null;
    return Response.json({ columns, items, next, updated_at: null });
  });
});
afterEach(() => vi.useRealTimers());

it("reads all pages", async () => {
  const board = new Board("digits");
  await board.read(3);
  expect([...board.rows.keys()]).toEqual(["a1", "b1", "a2"]);
  expect(board.hasAll).toBe(true);
  expect(asked.map((url) => url.searchParams.get("after"))).toEqual([null, "b1"]);
});
it("shows the best of each team first where there are many", async () => {
  const board = new Board("digits");
  let seen: string[] = [];
  before = (url) => {
    if (url.searchParams.get("of") === "all" && seen.length === 0) seen = [...board.rows.keys()];
  };
  await board.read(100_000);
  expect(seen).toEqual(["a1", "b1"]);
  expect(board.rows.size).toBe(3);
});
it("keeps what came while it read", async () => {
  const board = new Board("digits");
  before = (url) => {
    if (!url.searchParams.get("after")) board.take({ item: row("c1", 0.99, "c") });
    else board.take({ item: null, removed: "b1" });
  };
  await board.read(3);
  expect([...board.rows.keys()].sort()).toEqual(["a1", "a2", "c1"]);
});
it("takes news together, tells them, and marks them for a while", async () => {
  const told: string[] = [];
  const board = new Board("digits", (one) => told.push(one.submission_id));
  await board.read(3);
  board.take({ item: row("c1", 0.99, "c") });
  board.take({ item: row("d1", 0.98, "d") });
  expect(board.rows.size).toBe(3);
  vi.advanceTimersByTime(200);
  expect(board.rows.size).toBe(5);
  expect(told).toEqual(["c1", "d1"]);
  expect([...board.fresh]).toEqual(["c1", "d1"]);
  vi.advanceTimersByTime(5000);
  expect(board.fresh.size).toBe(0);
});
it("says what failed, and keeps what was there", async () => {
  const board = new Board("digits");
  await board.read(3);
  vi.stubGlobal("fetch", async () => Response.json({ title: "Unavailable", detail: "the database is away" }, { status: 503 }));
  await board.read(3);
  expect(board.problem?.message).toBe("the database is away");
  expect(board.rows.size).toBe(3);
});
