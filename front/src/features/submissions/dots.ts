// Where marks stand on a figure: scales, ticks, intervals.

export interface Scale {
  from: number;
  to: number;
  ticks: number[];
  digits: number; // of the ticks' labels
}

// A scale with round ticks around the values; never of no width.
export function scaleOf(values: readonly (number | null | undefined)[], most = 5, withZero = false): Scale {
  const there = values.filter(
    (value): value is number => typeof value === "number" && Number.isFinite(value),
  );
  let low = there.length ? Math.min(...there) : 0;
  let high = there.length ? Math.max(...there) : 1;
  if (withZero) {
    low = Math.min(low, 0);
    high = Math.max(high, 0);
  }
  if (low === high) {
    const room = Math.abs(low) * 0.05 || 0.5;
    low -= withZero && low === 0 ? 0 : room;
    high += room;
  }
  const step = roundStep((high - low) / most);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toFixed(digits)),
  );
  return { from: ticks[0] ?? low, to: ticks.at(-1) ?? high, ticks, digits };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const part = rough / power;
  return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * power;
}

export const at = (scale: Scale, value: number, start: number, end: number): number =>
  start + ((value - scale.from) / (scale.to - scale.from)) * (end - start);

// Two-sided 95 % points of Student's t by degrees of freedom.
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086,
];

export interface Spread {
  mean: number;
  low: number | null; // the 95 % interval of the mean; null where one value stands alone
  high: number | null;
  count: number;
}

export function spreadOf(values: readonly (number | null | undefined)[]): Spread | null {
  const there = values.filter(
    (value): value is number => typeof value === "number" && Number.isFinite(value),
  );
  if (there.length === 0) return null;
  const count = there.length;
  const mean = there.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, low: null, high: null, count };
  const variance = there.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = (T95[count - 2] ?? 1.96 + 2.5 / (count - 1)) * Math.sqrt(variance / count);
  return { mean, low: mean - half, high: mean + half, count };
}

// Rows of dots that would cover each other are spread over lanes: the lane of each value, 0 in the middle.
export function lanes(positions: readonly (number | null)[], apart: number, most = 5): number[] {
  const order = positions.map((_, i) => i).filter((i) => positions[i] !== null);
  order.sort((a, b) => (positions[a] as number) - (positions[b] as number));
  const ends: number[] = [];
  const given = positions.map(() => 0);
  for (const i of order) {
    const x = positions[i] as number;
    let lane = ends.findIndex((end) => x - end >= apart);
    if (lane < 0) lane = ends.length < most ? ends.length : ends.indexOf(Math.min(...ends));
    ends[lane] = x;
    given[i] = lane;
  }
  return given.map((lane) => (lane % 2 === 0 ? lane / 2 : -(lane + 1) / 2));
}

export const isBetter = (a: number, b: number, lowerIsBetter: boolean): boolean =>
  lowerIsBetter ? a < b : a > b;

// The best so far after each value: null until there is one.
export function bestSoFar(values: readonly (number | null)[], lowerIsBetter: boolean): (number | null)[] {
  let best: number | null = null;
  return values.map((value) => {
    if (value !== null && (best === null || isBetter(value, best, lowerIsBetter))) best = value;
    return best;
  });
}
