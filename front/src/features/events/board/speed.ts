// Whether something is scrolled too fast to be read: then small drawings need not be drawn.
const FAST = 1.5; // px a millisecond: some 35 rows a second
const REST_MS = 150;

export class Speed {
  #top = 0;
  #at = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly told: (isFast: boolean) => void) {}

  scrolled(top: number, now: number): void {
    const passed = now - this.#at;
    if (passed > 0 && passed < REST_MS && Math.abs(top - this.#top) / passed > FAST) this.#hasten();
    this.#top = top;
    this.#at = now;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #hasten(): void {
    clearTimeout(this.#timer);
    this.told(true);
    this.#timer = setTimeout(() => this.told(false), REST_MS);
  }
}
