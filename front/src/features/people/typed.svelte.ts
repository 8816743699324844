// What somebody types into a search, told on when they pause.
export class Typed {
  text = $state("");
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    start: string,
    private readonly tell: (text: string) => void,
    private readonly pause = 200,
  ) {
    this.text = start;
  }
  take(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.tell(text.trim()), this.pause);
  }
  // Enter asks at once.
  now(): void {
    clearTimeout(this.#timer);
    this.tell(this.text.trim());
  }
}
