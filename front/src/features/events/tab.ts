// What every tab of an event's page gets. `let { event, listen, reload }: TabProps = $props();`
import type { Schemas } from "../../api/client";

export type Event = Schemas["Event"];

// What the event's stream tells, by its word: each carries the JSON that the matching GET would give.
export type EventKind = "board" | "queue" | "event" | "message";

// Begins to listen; returns how to stop. `resumed` is called when something may have been missed:
//   $effect(() => listen("board", (data) => rows.set(data as Rows), () => void rows.reload()));
export type Listen = (kind: EventKind, take: (data: unknown) => void, resumed?: () => void) => () => void;

export interface TabProps {
  event: Event; // as it is now: changes when the event does
  listen: Listen;
  reload: () => Promise<void>; // reads the event again, after an act that changed it
}
