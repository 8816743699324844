// The list of events: its filters, and what stands first.
interface Listed {
  state: string;
  opens_at: string | null;
  closes_at: string | null;
}

export interface Filter {
  state: string; // as in the address; "" is all
  name: string;
  count: number;
}

const NAMES: [string, string][] = [
  ["open", "Open"],
  ["ready", "Not open yet"],
  ["closed", "Closed"],
  ["released", "Results out"],
  ["checking", "Being checked"],
  ["refused", "Refused"],
];

// Those states that there are, each with how many it has.
export function filters(events: readonly Listed[]): Filter[] {
  const of = (state: string): number => events.filter((event) => event.state === state).length;
  return [
    { state: "", name: "All", count: events.length },
    ...NAMES.map(([state, name]) => ({ state, name, count: of(state) })).filter((filter) => filter.count > 0),
  ];
}

export const shownBy = <T extends Listed>(events: readonly T[], state: string): T[] =>
  events.filter((event) => !state || event.state === state);

const FAR = Number.MAX_SAFE_INTEGER;
const time = (at: string | null): number => (at ? Date.parse(at) : FAR);

// What runs first, that which closes soonest leading; then what opens; then what is over, the newest leading.
export function inOrder<T extends Listed>(events: readonly T[]): T[] {
  const rank = (event: T): number =>
    ["open", "ready", "checking", "refused", "closed", "released"].indexOf(event.state);
  const within = (a: T, b: T): number => {
    if (a.state === "open") return time(a.closes_at) - time(b.closes_at);
    if (a.state === "ready") return time(a.opens_at) - time(b.opens_at);
    return (Date.parse(b.closes_at ?? "") || 0) - (Date.parse(a.closes_at ?? "") || 0);
  };
  return [...events].sort((a, b) => rank(a) - rank(b) || within(a, b));
}
