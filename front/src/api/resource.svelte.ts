// Something that a page reads: loading, there, or failed; read again without flicker.
import { asProblem, type Problem } from "./problem";

export class Resource<T> {
  value = $state.raw<T>();
  problem = $state.raw<Problem>();
  isLoading = $state(false);
  #turn = 0;

  constructor(private readonly read: () => Promise<T>) {}

  // What was there stays while it is read again. The last call wins.
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    this.isLoading = true;
    try {
      const value = await this.read();
      if (turn !== this.#turn) return;
      this.value = value;
      this.problem = undefined;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.problem = asProblem(thrown);
    }
    this.isLoading = false;
  }

  // What an event or an answer brought.
  set(value: T): void {
    this.#turn++;
    this.value = value;
    this.problem = undefined;
    this.isLoading = false;
  }
}

// Reads at once, and again whenever what `read` depends on before its first await changes.
export function resource<T>(read: () => Promise<T>): Resource<T> {
  const made = new Resource(read);
  $effect(() => {
    void made.reload();
  });
  return made;
}
