// Where an event stands in time: what is left of it, and its dates on a line.
import { ago } from "../../text/format";

export interface Dates {
  state: string;
  opens_at: string | null;
  closes_at: string | null;
  released_at?: string | null;
}

export interface TimeLeft {
  words: string;
  share?: number; // of the time that has gone; absent where there is no end, or nothing runs
}

const DAY = 86_400_000;

// "closes in 3 days", with how much of its time has gone.
export function timeLeft(event: Dates, now: number): TimeLeft {
  const { state, opens_at, closes_at, released_at } = event;
  if (state === "checking") return { words: "its kit is being checked" };
  if (state === "refused") return { words: "its kit was refused" };
  if (state === "ready")
    return { words: opens_at ? `opens ${ago(opens_at, now)}` : "has no opening time yet" };
  if (state === "released" && released_at) return { words: `results came ${ago(released_at, now)}` };
  if (state !== "open") return { words: closes_at ? `closed ${ago(closes_at, now)}` : "closed" };
  if (!closes_at) return { words: "open without an end" };
  const words = `closes ${ago(closes_at, now)}`;
  if (!opens_at) return { words };
  const [begin, end] = [Date.parse(opens_at), Date.parse(closes_at)];
  return { words, share: Math.min(1, Math.max(0, (now - begin) / Math.max(1, end - begin))) };
}

// Less than a day of an open event is left.
export const isLate = (event: Dates, now: number): boolean =>
  event.state === "open" && event.closes_at !== null && Date.parse(event.closes_at) - now < DAY;

export interface Mark {
  kind: "opens" | "closes" | "results";
  name: string;
  at: string | null; // null: nobody has said when
  place: number; // 0 to 1 along the line
  isPast: boolean;
}

export interface Line {
  marks: Mark[];
  now: number; // its place
}

const GAP = 0.22; // between two marks, so that their names fit

// Places in the order given, at least GAP apart, within 0 and 1.
export function apart(places: number[], gap = GAP): number[] {
  const all = [...places];
  for (let i = 1; i < all.length; i++) all[i] = Math.max(all[i] ?? 0, (all[i - 1] ?? 0) + gap);
  for (let i = all.length - 1; i >= 0; i--) {
    const most = i === all.length - 1 ? 1 : (all[i + 1] ?? 1) - gap;
    all[i] = Math.min(all[i] ?? 0, most);
  }
  return all;
}

// Times are to scale between the first and the last; now is where it belongs between its neighbours.
export function lineOf(event: Dates, now: number): Line | undefined {
  const past = (at: string | null | undefined): boolean => !!at && Date.parse(at) <= now;
  const marks: Mark[] = [];
  const add = (kind: Mark["kind"], name: string, at: string | null): void => {
    marks.push({ kind, name, at, place: 0, isPast: past(at) });
  };
  if (event.opens_at) add("opens", past(event.opens_at) ? "Opened" : "Opens", event.opens_at);
  if (event.closes_at) add("closes", past(event.closes_at) ? "Closed" : "Closes", event.closes_at);
  if (event.released_at) add("results", "Results", event.released_at);
  else if (event.closes_at) add("results", "Results", null);
  if (marks.length === 0) return undefined;

  const times = marks.flatMap((mark) => (mark.at ? [Date.parse(mark.at)] : []));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  // Before the first there is room for now, and behind the last, where it is not to scale.
  const begin = now < first ? 0.12 : 0;
  const hasOpenEnd = marks.some((mark) => !mark.at) || now > last;
  const end = hasOpenEnd ? 0.78 : 1;
  const scaled = (time: number): number =>
    first === last ? begin : begin + ((end - begin) * (time - first)) / (last - first);
  const places = apart(marks.map((mark) => (mark.at ? scaled(Date.parse(mark.at)) : 1)));
  marks.forEach((mark, i) => (mark.place = places[i] ?? 0));
  return { marks, now: placeOfNow(marks, now) };
}

function placeOfNow(marks: Mark[], now: number): number {
  const known = marks.filter((mark) => mark.at !== null);
  const before = known.filter((mark) => mark.isPast).at(-1);
  const after = known.find((mark) => !mark.isPast);
  if (before?.at && after?.at) {
    const [from, to] = [Date.parse(before.at), Date.parse(after.at)];
    return before.place + ((after.place - before.place) * (now - from)) / (to - from);
  }
  if (after) return Math.max(0, after.place - 0.12);
  const last = before?.place ?? 0;
  const unknown = marks.find((mark) => mark.at === null);
  return unknown ? last + (unknown.place - last) / 2 : Math.min(1, last + (marks.length === 1 ? 0.6 : 0.22));
}
