// My submissions as a list that events keep up to date.

export interface Handed {
  id: string; // a ULID: sorts by time of birth
  state: string;
  official: string | null;
  scores?: Record<string, unknown>;
  created_at: string;
  started_at?: string;
  ended_at?: string;
}

// The list with what an event brought, newest first; with `state`, without what is not in that state any more.
// One that is older than a list which has more pages stays on its page.
export function withNews<T extends Handed>(
  list: readonly T[],
  news: T,
  how: { state?: string; hasMore?: boolean } = {},
): T[] {
  const others = list.filter((one) => one.id !== news.id);
  if (how.state && news.state !== how.state) return others;
  const at = others.findIndex((one) => one.id < news.id);
  if (at < 0) return how.hasMore && others.length === list.length ? others : [...others, news];
  return [...others.slice(0, at), news, ...others.slice(at)];
}

// The score that ranks it, as the board has it: of the bag of the folds, else their mean.
export function officialScore(one: Handed): number | null {
  const scores = one.official ? one.scores?.[one.official] : undefined;
  if (typeof scores !== "object" || scores === null) return null;
  const { bagged_valid, valid_mean } = scores as Record<string, unknown>;
  const value = bagged_valid ?? valid_mean;
  return typeof value === "number" ? value : null;
}

export const STATES = ["received", "trial", "queued", "running", "scored", "failed", "cancelled"] as const;
export type SubmissionState = (typeof STATES)[number];

export const hasEnded = (state: string): boolean => ["scored", "failed", "cancelled"].includes(state);

// From its beginning to its end, in seconds.
export function lasted(one: Handed): number | null {
  if (!one.started_at || !one.ended_at) return null;
  return Math.max(0, (Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000);
}

// What is to be said of one that has not ended: its place, then its folds.
interface Course {
  state: string;
  queue?: { place: number; ahead: number; wait_seconds?: number };
  progress: { folds_done: number; folds: number };
}
export function courseOf(one: Course, seconds: (value: number) => string): string {
  if (hasEnded(one.state)) return "";
  if (one.state === "running" && one.progress.folds > 0)
    return `fold ${Math.min(one.progress.folds_done + 1, one.progress.folds)} of ${one.progress.folds}`;
  if (!one.queue || one.state === "trial" || one.state === "running") return "";
  const wait = one.queue.wait_seconds;
  return `place ${one.queue.place}` + (wait === undefined || wait < 1 ? "" : `, about ${seconds(wait)}`);
}
