// The race: each team's best official score so far, over time.
import { valueOf, type Row, type Shown } from "./rows";

export interface Step {
  at: number; // ms
  value: number;
  name: string;
}
export interface Lane {
  teamId: string;
  team: string;
  isMine: boolean;
  attempts: number;
  steps: Step[]; // each better than the one before
}

// A text is read once, not at each comparison.
function inTime(rows: Iterable<Row>): { row: Row; at: number }[] {
  return [...rows].map((row) => ({ row, at: Date.parse(row.created_at) })).sort((a, b) => a.at - b.at);
}

// Best team first.
export function raceOf(rows: Iterable<Row>, shown: Shown, myTeam: string | undefined): Lane[] {
  const lower = shown.column.is_lower_the_better;
  const lanes = new Map<string, Lane>();
  for (const { row, at } of inTime(rows)) {
    const value = valueOf(row, shown);
    if (value === null) continue;
    const lane = lanes.get(row.team.id) ?? {
      teamId: row.team.id, team: row.team.name, isMine: row.team.id === myTeam, attempts: 0, steps: [],
    };
    lanes.set(row.team.id, lane);
    lane.attempts++;
    const best = lane.steps.at(-1);
    if (!best || (lower ? value < best.value : value > best.value))
      lane.steps.push({ at, value, name: row.name });
  }
  return [...lanes.values()].sort((a, b) => {
    const [x, y] = [a.steps.at(-1), b.steps.at(-1)] as [Step, Step];
    return (lower ? x.value - y.value : y.value - x.value) || x.at - y.at;
  });
}

// The official scores of each team, in time.
export function attemptsOf(rows: Iterable<Row>, shown: Shown): Map<string, number[]> {
  const all = new Map<string, number[]>();
  for (const { row } of inTime(rows)) {
    const value = valueOf(row, shown);
    if (value === null) continue;
    const mine = all.get(row.team.id);
    if (mine) mine.push(value);
    else all.set(row.team.id, [value]);
  }
  return all;
}

// Where values lie without the few that would squeeze all others together.
export function fence(values: readonly number[], lowerIsBetter: boolean): [number, number] {
  const ordered = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (ordered.length === 0) return [0, 1];
  const least = ordered[0] as number;
  const most = ordered[ordered.length - 1] as number;
  const q1 = ordered[Math.floor((ordered.length - 1) * 0.25)] as number;
  const q3 = ordered[Math.ceil((ordered.length - 1) * 0.75)] as number;
  const reach = 3 * (q3 - q1) || Math.abs(q1) * 0.01 || 0.5;
  const low = lowerIsBetter ? least : Math.max(least, q1 - reach);
  const high = lowerIsBetter ? Math.min(most, q3 + reach) : most;
  const margin = (high - low) * 0.1 || Math.abs(high) * 0.01 || 0.5;
  return [low - margin, high + margin];
}

// Round numbers in a range, about `wanted` of them.
export function ticks(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? 10 * power;
  const all: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) all.push(Number((i * step).toPrecision(12)));
  return all;
}

const MINUTE = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200].map((one) => one * MINUTE);

// Whole minutes, hours or days of the reader's own clock.
export function timeTicks(low: number, high: number, wanted: number): number[] {
  const offset = new Date(low).getTimezoneOffset() * MINUTE;
  const every = (step: number): number[] => {
    const all: number[] = [];
    for (let at = Math.ceil((low - offset) / step) * step + offset; at <= high; at += step) all.push(at);
    return all;
  };
  // One tick alone says nothing of the scale.
  const fits = STEPS.findIndex((one) => (high - low) / one <= wanted);
  for (let i = fits < 0 ? STEPS.length - 1 : fits; i > 0; i--) {
    const all = every(STEPS[i] as number);
    if (all.length > 1) return all;
  }
  return every(MINUTE);
}

// Made once each: a formatter costs far more than a text.
const DAYS = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const HOURS_OF_DAYS = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const HOURS = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export function timeName(at: number, span: number): string {
  const form = span > 3 * 86_400_000 ? DAYS : span > 86_400_000 ? HOURS_OF_DAYS : HOURS;
  return form.format(at);
}

// Labels at their lines' ends, moved apart where they would lie on each other; in the order given by `y`.
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  let last = low - gap;
  for (const one of order) last = one.y = Math.max(one.y, last + gap);
  let next = high + gap;
  for (const one of order.toReversed()) next = one.y = Math.min(one.y, next - gap);
  const placed = new Array<number>(wanted.length);
  for (const one of order) placed[one.i] = one.y;
  return placed;
}
