// A list that the center gives page by page: what was read so far, and the way to more.
import { asProblem, type Problem } from "./problem";

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export class Pages<T> {
  items = $state.raw<T[]>([]);
  next = $state.raw<string | null>(null);
  problem = $state.raw<Problem>();
  isKnown = $state(false);
  isLoading = $state(false);
  #turn = 0;

  constructor(private readonly read: (after: string | undefined) => Promise<Page<T>>) {}

  // From the beginning; what was there stays until the answer comes. The last call wins.
  async reload(): Promise<void> {
    await this.#take(undefined, () => []);
  }

  async more(): Promise<void> {
    if (this.next && !this.isLoading) await this.#take(this.next, () => this.items);
  }

  // What an act or an event changed.
  set(items: T[]): void {
    this.items = items;
  }

  async #take(after: string | undefined, before: () => T[]): Promise<void> {
    const turn = ++this.#turn;
    this.isLoading = true;
    try {
      const page = await this.read(after);
      if (turn !== this.#turn) return;
      this.items = [...before(), ...page.items];
      this.next = page.next ?? null;
      this.problem = undefined;
      this.isKnown = true;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.problem = asProblem(thrown);
    }
    this.isLoading = false;
  }
}

// Reads at once, and again whenever what `read` depends on before its first await changes.
export function pages<T>(read: (after: string | undefined) => Promise<Page<T>>): Pages<T> {
  const made = new Pages(read);
  $effect(() => {
    void made.reload();
  });
  return made;
}
