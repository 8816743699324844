// The one try that a person has in an event: started, followed live, found again after a reload.
import { asProblem, type Problem } from "../../api/problem";
import { session } from "../../app/session.svelte";
import { cancelTry, readTry, startTry } from "./calls";
import type { DraftFile } from "./files";
import { tryHasEnded, type Try } from "./types";

export class Trying {
  current = $state.raw<Try>();
  problem = $state.raw<Problem>();
  isStarting = $state(false);
  isCancelling = $state(false);
  #hint: string;

  constructor(private readonly event: { id: string; slug: string }) {
    this.#hint = `agora.try.${event.id}`;
  }

  get isAtWork(): boolean {
    return this.isStarting || (this.current !== undefined && !tryHasEnded(this.current));
  }

  // Returns how to stop.
  follow(): () => void {
    const id = sessionStorage.getItem(this.#hint);
    if (id) void this.#read(id);
    return session.listen(
      "try",
      (data) => {
        const told = data as Try;
        if (told.id === this.current?.id) this.#take(told);
      },
      () => {
        if (this.current && this.isAtWork) void this.#read(this.current.id);
      },
    );
  }

  async start(files: readonly DraftFile[]): Promise<void> {
    if (this.isStarting) return;
    this.isStarting = true;
    this.problem = undefined;
    try {
      const begun = await startTry(this.event.slug, files);
      sessionStorage.setItem(this.#hint, begun.id);
      this.current = begun;
      // What came between the answer and now had no try to belong to.
      void this.#read(begun.id);
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
    this.isStarting = false;
  }

  async cancel(): Promise<void> {
    if (!this.current) return;
    this.isCancelling = true;
    try {
      this.#take(await cancelTry(this.current.id));
    } catch (thrown) {
      const problem = asProblem(thrown);
      // It ended by itself a moment before.
      if (problem.status === 409) await this.#read(this.current.id);
      else this.problem = problem;
    }
    this.isCancelling = false;
  }

  // A late answer never takes back what a newer event told.
  #take(told: Try): void {
    const known = this.current;
    if (known?.id === told.id && tryHasEnded(known) && !tryHasEnded(told)) return;
    this.current = told;
  }

  async #read(id: string): Promise<void> {
    try {
      this.#take(await readTry(id));
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.status === 404) {
        // An hour after its end a try is removed.
        sessionStorage.removeItem(this.#hint);
        if (this.current?.id === id && this.isAtWork) this.current = undefined;
      } else if (this.current) this.problem = problem;
    }
  }
}
