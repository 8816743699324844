// Server-sent events that outlive the connection: resumes behind the last event it saw, rests while the page
// is hidden (a browser grants few connections to one origin), says in what state it is.

export type LiveState = "connecting" | "live" | "waiting" | "resting" | "ended";
export type LiveHandlers = Record<string, (data: unknown) => void>;

const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 15_000;
const SILENT_MS = 40_000; // the server beats every 15 s
const REST_AFTER_MS = 60_000; // hidden

export class Live {
  state = $state<LiveState>("connecting");

  #lastId = "";
  #stop = new AbortController();
  #ended = false;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | undefined;

  constructor(
    private readonly url: string,
    private readonly handlers: LiveHandlers,
    // Called when the stream begins without a place to resume from: read again what it keeps up to date.
    private readonly whenResumed: () => void = () => {},
  ) {
    document.addEventListener("visibilitychange", this.#look);
    window.addEventListener("online", this.#retryNow);
    void this.#run();
  }

  close(): void {
    this.#ended = true;
    this.state = "ended";
    document.removeEventListener("visibilitychange", this.#look);
    window.removeEventListener("online", this.#retryNow);
    clearTimeout(this.#restTimer);
    this.#stop.abort();
    this.#wake?.();
  }

  #look = (): void => {
    clearTimeout(this.#restTimer);
    if (document.hidden) {
      this.#restTimer = setTimeout(() => {
        this.state = "resting";
        this.#stop.abort();
      }, REST_AFTER_MS);
    } else {
      this.#retryNow();
    }
  };

  #retryNow = (): void => this.#wake?.();

  async #run(): Promise<void> {
    let pause = RETRY_FIRST_MS;
    while (!this.#ended) {
      this.#stop = new AbortController();
      let refused = false;
      try {
        const answer = await fetch(this.url, {
          headers: {
            Accept: "text/event-stream",
            ...(this.#lastId ? { "Last-Event-ID": this.#lastId } : {}),
          },
          cache: "no-store",
          signal: this.#stop.signal,
        });
        refused = [401, 403, 404].includes(answer.status);
        if (answer.ok && answer.body) {
          pause = RETRY_FIRST_MS;
          this.state = "live";
          // What came between the page's own reading and this moment is not in the stream.
          if (!this.#lastId) this.whenResumed();
          await this.#read(answer.body);
        }
      } catch {
        // The connection broke, or #look ended it.
      }
      if (this.#ended || refused) break;
      if (this.state !== "resting") this.state = "waiting";
      await this.#sleep(this.state === "resting" ? undefined : pause);
      pause = Math.min(pause * 2, RETRY_MOST_MS);
      if (!this.#ended) this.state = "connecting";
    }
    this.state = "ended";
  }

  // Until the time is over or somebody wakes it; without a time only the latter.
  #sleep(milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
    const parser = new EventParser((event) => this.#tell(event));
    for (;;) {
      const silent = setTimeout(() => this.#stop.abort(), SILENT_MS);
      try {
        const { done, value } = await reader.read();
        if (done) return;
        parser.feed(value);
      } finally {
        clearTimeout(silent);
      }
    }
  }

  #tell(event: ServerEvent): void {
    if (event.id) this.#lastId = event.id;
    const handle = this.handlers[event.kind];
    if (!handle) return;
    try {
      handle(JSON.parse(event.data));
    } catch (thrown) {
      console.error(`an event of kind ${event.kind} could not be taken`, thrown);
    }
  }
}

export interface ServerEvent {
  kind: string;
  id: string;
  data: string;
}

// The text/event-stream format, as it comes in pieces (WHATWG HTML, section 9.2.6).
export class EventParser {
  #rest = "";
  #kind = "";
  #id = "";
  #data: string[] = [];

  constructor(private readonly emit: (event: ServerEvent) => void) {}

  feed(text: string): void {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    if (line === "") {
      if (this.#data.length > 0)
        this.emit({ kind: this.#kind || "message", id: this.#id, data: this.#data.join("\n") });
      this.#kind = "";
      this.#id = "";
      this.#data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#kind = value;
    else if (field === "id") this.#id = value;
    else if (field === "data") this.#data.push(value);
  }
}
