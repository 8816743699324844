import { beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../../api/problem";
import { Trying } from "./trying.svelte";
import type { Try } from "./types";

const told = vi.hoisted(() => ({ take: (_: unknown): void => {}, resume: (): void => {} }));
vi.mock("../../app/session.svelte", () => ({
  session: {
    listen: (_kind: string, take: (data: unknown) => void, resumed: () => void) => {
      told.take = take;
      told.resume = resumed;
      return () => {};
    },
  },
}));
const center = vi.hoisted(() => ({ startTry: vi.fn(), readTry: vi.fn(), cancelTry: vi.fn() }));
vi.mock("./calls", () => center);

const kept = new Map<string, string>();
vi.stubGlobal("sessionStorage", {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
});

const one = (state: Try["state"], id = "t1"): Try =>
  ({
    id,
    state,
    event: { id: "e" },
    created_at: "",
    official: null,
    traceback: null,
    output: "",
    figure: null,
  }) as Try;
const problem = (status: number): Problem => new Problem({ status, title: "", detail: `answered ${status}` });
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("a try", () => {
  beforeEach(() => {
    kept.clear();
    vi.resetAllMocks();
  });
  async function started(): Promise<Trying> {
    const trying = new Trying({ id: "e", slug: "masses" });
    trying.follow();
    center.startTry.mockResolvedValue(one("waiting"));
    center.readTry.mockResolvedValue(one("running"));
    await trying.start([]);
    await settled();
    return trying;
  }

  it("is followed to its end", async () => {
    const trying = await started();
    expect(trying.current?.state).toBe("running");
    expect(trying.isAtWork).toBe(true);
    told.take(one("passed"));
    expect(trying.isAtWork).toBe(false);
  });
  it("takes no news of another, and none that come late", async () => {
    const trying = await started();
    told.take(one("failed", "t0"));
    expect(trying.current?.state).toBe("running");
    told.take(one("passed"));
    told.take(one("running"));
    expect(trying.current?.state).toBe("passed");
  });
  it("is read again after the connection was lost", async () => {
    const trying = await started();
    center.readTry.mockResolvedValue(one("passed"));
    told.resume();
    await settled();
    expect(trying.current?.state).toBe("passed");
  });
  it("is there again after a reload, as long as the center keeps it", async () => {
    await started();
    const again = new Trying({ id: "e", slug: "masses" });
    again.follow();
    await settled();
    expect(again.current?.id).toBe("t1");
    center.readTry.mockRejectedValue(problem(404));
    const late = new Trying({ id: "e", slug: "masses" });
    late.follow();
    await settled();
    expect(late.current).toBeUndefined();
    expect(kept.size).toBe(0);
  });
  it("that was refused says why", async () => {
    const trying = new Trying({ id: "e", slug: "masses" });
    center.startTry.mockRejectedValue(problem(400));
    await trying.start([]);
    expect(trying.problem?.status).toBe(400);
    expect(trying.isAtWork).toBe(false);
  });
  it("that ended before it was cancelled shows its end", async () => {
    const trying = await started();
    center.cancelTry.mockRejectedValue(problem(409));
    center.readTry.mockResolvedValue(one("passed"));
    await trying.cancel();
    expect(trying.current?.state).toBe("passed");
    expect(trying.problem).toBeUndefined();
  });
});
