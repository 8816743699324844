// What the first page decides: how much time an event has left, what of it matters most, what needs somebody.
import { span } from "../../text/span";

export interface Timed {
  state: string;
  opens_at: string | null;
  closes_at: string | null;
  released_at?: string | null;
}
export interface TimeOf {
  words: string;
  left?: number; // 0 to 1 of its whole time; only while it runs and has an end
  tone: "accent" | "warn" | "bad";
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function timeOf(event: Timed, now: number): TimeOf {
  const opens = event.opens_at ? Date.parse(event.opens_at) : undefined;
  const closes = event.closes_at ? Date.parse(event.closes_at) : undefined;
  switch (event.state) {
    case "checking":
      return { words: "its kit is being checked", tone: "accent" };
    case "refused":
      return { words: "its kit was refused", tone: "bad" };
    case "ready":
      return {
        words: opens && opens > now ? `opens in ${span(opens - now)}` : "not opened yet",
        tone: "accent",
      };
    case "open":
      break;
    default:
      return { words: event.state === "released" ? "results are out" : "closed", tone: "accent" };
  }
  if (closes === undefined) return { words: "open without an end", tone: "accent" };
  const rest = closes - now;
  if (rest <= 0) return { words: "closing", left: 0, tone: "bad" };
  const left = opens === undefined || closes <= opens ? undefined : Math.min(1, rest / (closes - opens));
  const tone = rest < HOUR ? "bad" : rest < DAY ? "warn" : "accent";
  return { words: `${span(rest)} left`, left, tone };
}

const RANKS: Record<string, number> = { open: 0, ready: 1, checking: 2, refused: 2, closed: 3, released: 4 };

// What runs first, and of that what ends first; then what opens next; then what is over.
export function byUrgency<T extends Timed>(events: readonly T[]): T[] {
  const rank = (event: T): number => RANKS[event.state] ?? 5;
  const end = (event: T): number => {
    const at = event.state === "ready" ? event.opens_at : event.closes_at;
    return at ? Date.parse(at) : Infinity;
  };
  return [...events].sort((a, b) => {
    const difference = rank(a) - rank(b);
    if (difference !== 0) return difference;
    if (rank(a) >= 3) return end(b) === end(a) ? 0 : end(b) - end(a); // the last that ended is the nearest
    return end(a) === end(b) ? 0 : end(a) - end(b);
  });
}

// "1st", "2nd", "3rd", "11th".
export function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}

export interface Need {
  words: string;
  href: string;
  verb: string; // on the way there
  isUrgent?: boolean;
}
interface Facts {
  pending?: number; // accounts that wait for an administrator
  isMorePending?: boolean;
  resets?: number; // people who asked for a new password
  events: { slug: string; title: string; state: string; mine?: { is_organiser: boolean } }[];
  unread?: number;
}

// What waits for this person, the most urgent first.
export function needsOf({
  pending = 0,
  isMorePending = false,
  resets = 0,
  events,
  unread = 0,
}: Facts): Need[] {
  const needs: Need[] = [];
  if (pending > 0) {
    const many = `${pending}${isMorePending ? " or more" : ""}`;
    const words = pending === 1 && !isMorePending ? "1 person waits" : `${many} people wait`;
    needs.push({ words: `${words} for an account`, href: "/admin/people?standing=pending", verb: "Decide" });
  }
  if (resets > 0) {
    const words =
      resets === 1 ? "1 person asks for a new password" : `${resets} people ask for a new password`;
    needs.push({ words, href: "/admin/people?standing=resets", verb: "Issue a code" });
  }
  for (const event of events.filter((one) => one.mine?.is_organiser)) {
    const href = `/events/${event.slug}`;
    if (event.state === "refused")
      needs.push({ words: `The kit of ${event.title} was refused`, href, verb: "See why", isUrgent: true });
    if (event.state === "checking")
      needs.push({ words: `The kit of ${event.title} is being checked`, href, verb: "Watch" });
    if (event.state === "ready")
      needs.push({ words: `${event.title} is ready and not open yet`, href, verb: "Look at it" });
    if (event.state === "closed")
      needs.push({ words: `${event.title} has closed: its results are not out`, href, verb: "Look at it" });
  }
  if (unread > 0) {
    const words = unread === 1 ? "1 notification is unread" : `${unread} notifications are unread`;
    needs.push({ words, href: "/notifications", verb: "Read" });
  }
  return needs.sort((a, b) => Number(b.isUrgent ?? false) - Number(a.isUrgent ?? false));
}
