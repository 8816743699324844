// The cockpit's counts as bars over time, without gaps: an hour in which nothing came is a zero, too.
export interface Slot {
  at: number; // ms, its beginning
  count: number;
}

const HOUR = 3_600_000;

// Hours as they are counted in UTC; the last `most` of those up to now.
export function hourly(given: readonly { hour: string; count: number }[], now: number, most = 72): Slot[] {
  return slots(new Map(given.map((one) => [Date.parse(one.hour), one.count])), now, HOUR, most);
}

export function daily(given: readonly { day: string; count: number }[], now: number, most = 60): Slot[] {
  return slots(new Map(given.map((one) => [Date.parse(`${one.day}T00:00:00Z`), one.count])), now, 24 * HOUR, most);
}

function slots(counts: ReadonlyMap<number, number>, now: number, size: number, most: number): Slot[] {
  if (counts.size === 0) return [];
  const last = Math.max(Math.floor(now / size) * size, ...counts.keys());
  const first = Math.max(Math.min(...counts.keys()), last - (most - 1) * size);
  const all: Slot[] = [];
  for (let at = first; at <= last; at += size) all.push({ at, count: counts.get(at) ?? 0 });
  return all;
}

// The axis of counts: from zero, whole numbers, the last one at or above the highest bar.
export function countTicks(highest: number): number[] {
  if (highest <= 4) return Array.from({ length: Math.max(1, highest) + 1 }, (_, i) => i);
  const power = 10 ** Math.floor(Math.log10(highest / 4));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one * 4 >= highest) ?? 10 * power;
  const all: number[] = [];
  for (let at = 0; at < highest + step; at += step) all.push(at);
  return all;
}

// Of many slots only so many are named that their names have room.
export const everyNth = (slots: number, width: number, nameWidth: number): number =>
  Math.max(1, Math.ceil((slots * nameWidth) / Math.max(1, width)));

export interface Share {
  state: string;
  count: number;
  share: number;
}

// In the order of a submission's life; none that is empty.
const ORDER = ["scored", "running", "trial", "queued", "received", "failed", "cancelled"];
export function shares(states: Readonly<Record<string, number>>): Share[] {
  const all = Object.entries(states).filter(([, count]) => count > 0);
  const sum = all.reduce((so, [, count]) => so + count, 0);
  const place = (state: string): number => (ORDER.indexOf(state) + ORDER.length + 1) % (ORDER.length + 1);
  return all
    .map(([state, count]) => ({ state, count, share: count / sum }))
    .sort((a, b) => place(a.state) - place(b.state));
}
