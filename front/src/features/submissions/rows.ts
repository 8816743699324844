// The order of a list of submissions, as the address says it: "-auc", "number".
import { officialScore, type Submission } from "./types";

export interface Sort {
  key: string; // number, name, team, state, fit, time, or a score's name behind "score:"
  isDown: boolean;
}
export const FIRST_SORT: Sort = { key: "time", isDown: true };

export function sortFrom(text: string | null): Sort {
  if (!text) return FIRST_SORT;
  return text.startsWith("-") ? { key: text.slice(1), isDown: true } : { key: text, isDown: false };
}
export const sortText = (sort: Sort): string => (sort.isDown ? "-" : "") + sort.key;

// The same head pressed again turns the order round; a new one begins with what one looks for first.
export function nextSort(now: Sort, key: string, downFirst: boolean): Sort {
  return now.key === key ? { key, isDown: !now.isDown } : { key, isDown: downFirst };
}

export const scoreOf = (one: Submission, column: string): number | null =>
  one.scores?.[column]?.bagged_valid ?? null;

function valueOf(one: Submission, key: string): number | string | null {
  if (key === "number") return one.number;
  if (key === "name") return one.name.toLowerCase();
  if (key === "state") return one.state;
  if (key === "team") return one.team.name.toLowerCase();
  if (key === "time") return one.created_at;
  if (key === "fit") return one.fit_seconds ?? null;
  if (key.startsWith("score:")) return scoreOf(one, key.slice("score:".length));
  return null;
}

// What has no value comes last, whichever way round.
export function sorted(all: readonly Submission[], sort: Sort): Submission[] {
  const sign = sort.isDown ? -1 : 1;
  return [...all].sort((a, b) => {
    const x = valueOf(a, sort.key);
    const y = valueOf(b, sort.key);
    if (x === y) return a.created_at < b.created_at ? 1 : -1;
    if (x === null) return 1;
    if (y === null) return -1;
    return (x < y ? -1 : 1) * sign;
  });
}

// What the stream told, in its place; a new one comes first.
export function withTold(all: readonly Submission[], told: Submission): Submission[] {
  return all.some((one) => one.id === told.id)
    ? all.map((one) => (one.id === told.id ? told : one))
    : [told, ...all];
}

// The choice of two to compare: a third takes the place of the first.
export function chosenAfter(chosen: readonly string[], id: string): string[] {
  if (chosen.includes(id)) return chosen.filter((one) => one !== id);
  return [...chosen, id].slice(-2);
}

export interface Attempt {
  submission: Submission;
  at: number; // when it was handed in, milliseconds
  score: number;
}
export function attempts(all: readonly Submission[]): Attempt[] {
  return all
    .map((submission) => ({
      submission,
      at: Date.parse(submission.created_at),
      score: officialScore(submission),
    }))
    .filter((one): one is Attempt => one.score !== null)
    .sort((a, b) => a.at - b.at);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [5, 15, 30]
  .map((n) => n * SECOND)
  .concat(
    [1, 5, 15, 30].map((n) => n * MINUTE),
    [1, 3, 6, 12].map((n) => n * HOUR),
    [1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
  );

// Round times between two, at most `most`, in the reader's zone.
export function timeTicks(from: number, to: number, most = 5): { at: number; label: string }[] {
  const step = TIME_STEPS.find((one) => (to - from) / one <= most) ?? 365 * DAY;
  const zone = new Date(from).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((from - zone) / step) * step + zone;
  const form = new Intl.DateTimeFormat(
    undefined,
    step < MINUTE
      ? { hour: "2-digit", minute: "2-digit", second: "2-digit" }
      : step < DAY
        ? { hour: "2-digit", minute: "2-digit" }
        : { day: "numeric", month: "short" },
  );
  const ticks = [];
  for (let at = first; at <= to; at += step) ticks.push({ at, label: form.format(at) });
  return ticks;
}
