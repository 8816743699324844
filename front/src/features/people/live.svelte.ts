// My submissions, kept up to date by the stream: `fresh` holds what has just changed, `said` tells it.
import type { Schemas } from "../../api/client";
import type { Pages } from "../../api/pages.svelte";
import { session } from "../../app/session.svelte";
import { hasEnded, officialScore, withNews } from "./mine";

type Submission = Schemas["Submission"];
const MARKED_MS = 1500;
const QUEUE_PAUSE_MS = 3000;

export class LiveSubmissions {
  fresh = $state.raw(new Set<string>());
  said = $state("");
  #queueTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly list: Pages<Submission>,
    private readonly wanted: () => string | undefined = () => undefined,
  ) {}

  // Returns how to stop; for an $effect.
  begin(): () => void {
    const stops = [
      session.listen(
        "submission",
        (data) => this.#take(data as Submission),
        () => void this.#readAgain(),
      ),
      session.listen("queue", () => this.#takeQueue()),
    ];
    return () => {
      stops.forEach((stop) => stop());
      clearTimeout(this.#queueTimer);
    };
  }

  #take(one: Submission): void {
    if (!this.list.isKnown) return;
    const before = this.list.items.find((other) => other.id === one.id);
    this.list.set(withNews(this.list.items, one, { state: this.wanted(), hasMore: this.list.next !== null }));
    this.fresh = new Set([...this.fresh, one.id]);
    setTimeout(() => {
      this.fresh = new Set([...this.fresh].filter((id) => id !== one.id));
    }, MARKED_MS);
    if (before?.state !== one.state && hasEnded(one.state)) {
      const score = officialScore(one);
      this.said = `${one.name} ${one.state}${score === null ? "" : `, ${score.toPrecision(4)}`}`;
    }
  }

  // The queue moved: the places of what waits are others now.
  #takeQueue(): void {
    if (this.#queueTimer || this.list.items.every((one) => hasEnded(one.state))) return;
    this.#queueTimer = setTimeout(() => {
      this.#queueTimer = undefined;
      void this.#readAgain();
    }, QUEUE_PAUSE_MS);
  }

  // Only the first page: what is further down has ended long ago.
  async #readAgain(): Promise<void> {
    if (this.list.isKnown && this.list.items.length <= 50) await this.list.reload();
  }
}
