// The live news of one event, shared by all that its page shows.
import { Live } from "../../api/live.svelte";
import type { EventKind, Listen } from "./tab";

const KINDS: EventKind[] = ["board", "queue", "event", "message"];

export interface EventStream {
  listen: Listen;
  live: Live;
}

// Close `live` in the effect's cleanup.
export function openStream(slug: string): EventStream {
  const takers = new Map<EventKind, Set<(data: unknown) => void>>(KINDS.map((kind) => [kind, new Set()]));
  const resumers = new Set<() => void>();
  const live = new Live(
    `/api/v1/events/${encodeURIComponent(slug)}/stream`,
    Object.fromEntries(
      KINDS.map((kind) => [kind, (data: unknown) => takers.get(kind)?.forEach((take) => take(data))]),
    ),
    () => resumers.forEach((resumed) => resumed()),
  );
  const listen: Listen = (kind, take, resumed) => {
    takers.get(kind)?.add(take);
    if (resumed) resumers.add(resumed);
    return () => {
      takers.get(kind)?.delete(take);
      if (resumed) resumers.delete(resumed);
    };
  };
  return { listen, live };
}
