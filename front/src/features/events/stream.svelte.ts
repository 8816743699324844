// The live news of one event, shared by all that its page shows.
import { Live } from "../../api/live.svelte";
import type { EventKind, Listen } from "./tab";

const KINDS: EventKind[] = ["board", "queue", "event", "message"];

// Who wants to hear may say so before it begins. It begins once the event was answered, as there is nothing to hear
// of one that is hidden or not there; `end` stands in the effect's cleanup.
export class EventStream {
  live = $state.raw<Live>();
  #takers = new Map<EventKind, Set<(data: unknown) => void>>(KINDS.map((kind) => [kind, new Set()]));
  #resumers = new Set<() => void>();

  constructor(private readonly slug: string) {}

  begin(): void {
    this.live ??= new Live(
      `/api/v1/events/${encodeURIComponent(this.slug)}/stream`,
      Object.fromEntries(
        KINDS.map((kind) => [kind, (data: unknown) => this.#takers.get(kind)?.forEach((take) => take(data))]),
      ),
      () => this.#resumers.forEach((resumed) => resumed()),
    );
  }

  end(): void {
    this.live?.close();
    this.live = undefined;
  }

  listen: Listen = (kind, take, resumed) => {
    this.#takers.get(kind)?.add(take);
    if (resumed) this.#resumers.add(resumed);
    return () => {
      this.#takers.get(kind)?.delete(take);
      if (resumed) this.#resumers.delete(resumed);
    };
  };
}
