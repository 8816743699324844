// Which rows of a long table are drawn: those in view, some beyond, and those that must be there (the pinned
// one, the one with the focus), with gaps of the right height between.
export interface View {
  top: number; // how far it is scrolled
  height: number; // of what is in view
  rowHeight: number;
  count: number;
}

export interface Range {
  first: number;
  end: number; // behind the last
}

const BEYOND = 8;
const STEP = 2; // the window moves by whole steps: few rows at a time, and many scroll events change nothing

export function inView(view: View): Range {
  if (view.rowHeight <= 0 || view.count === 0) return { first: 0, end: Math.min(view.count, 50) };
  const first = Math.floor(view.top / view.rowHeight);
  const end = Math.ceil((view.top + view.height) / view.rowHeight);
  return {
    first: Math.max(0, Math.min(view.count - 1, Math.floor((first - BEYOND) / STEP) * STEP)),
    end: Math.min(view.count, Math.max(1, Math.ceil((end + BEYOND) / STEP) * STEP)),
  };
}

// `nth` of the gaps from above: it stays one element while its height changes.
export type Piece = { kind: "row"; index: number } | { kind: "gap"; nth: number; rows: number };

export function pieces(range: Range, extra: readonly number[], count: number): Piece[] {
  const wanted = new Set<number>();
  for (let i = range.first; i < range.end; i++) wanted.add(i);
  for (const i of extra) if (i >= 0 && i < count) wanted.add(i);
  const all: Piece[] = [];
  let next = 0;
  let nth = 0;
  for (const index of [...wanted].sort((a, b) => a - b)) {
    if (index > next) all.push({ kind: "gap", nth: nth++, rows: index - next });
    all.push({ kind: "row", index });
    next = index + 1;
  }
  if (count > next) all.push({ kind: "gap", nth, rows: count - next });
  return all;
}

// Which element each drawn row has: it keeps the one it had, and rows that come take those of rows that went, which are
// then filled anew rather than made anew.
export function seated(before: ReadonlyMap<string, number>, ids: readonly string[]): Map<string, number> {
  const now = new Map<string, number>();
  const taken = new Set<number>();
  for (const id of ids) {
    const seat = before.get(id);
    if (seat === undefined) continue;
    now.set(id, seat);
    taken.add(seat);
  }
  const free = [...before.values()].filter((seat) => !taken.has(seat));
  let next = Math.max(-1, ...before.values()) + 1;
  for (const id of ids) if (!now.has(id)) now.set(id, free.shift() ?? next++);
  return now;
}

// Where the focus goes from row `now`; undefined: the key means something else.
export function moved(key: string, now: number, count: number, page: number): number | undefined {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
  const step = key === "Home" ? -count : key === "End" ? count : steps[key];
  if (step === undefined || count === 0) return undefined;
  return Math.min(count - 1, Math.max(0, now + step));
}

// What sticks over the rows: the head, and a pinned row at the upper or the lower edge.
export interface Sticking {
  head: number;
  above: number;
  below: number;
}

// How far to scroll so that a row is whole in view.
export function scrollFor(index: number, view: View, sticking: Sticking): number {
  const top = index * view.rowHeight;
  if (top < view.top + sticking.above) return Math.max(0, top - sticking.above);
  const least = top + view.rowHeight + sticking.head + sticking.below - view.height;
  return Math.max(view.top, least);
}
