// A person of the center, who uses its API by a token of their own.
import type { SubmittedFile } from "./kits.ts";

export const password = "a fine long password";

// What the center answered; the tests look at what they need of it.
export type Json = any;

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: string,
  ) {
    super(`${status}: ${problem}`);
  }
}

export class Visitor {
  constructor(
    readonly url: string,
    readonly headers: Record<string, string> = {},
  ) {}

  // The answer whatever its status; `path` is below /api/v1.
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const isBytes = body instanceof Uint8Array;
    const type: Record<string, string> = body === undefined || isBytes ? {} : { "Content-Type": "application/json" };
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { ...type, ...this.headers, ...headers },
      ...(body === undefined ? {} : { body: isBytes ? (body as BodyInit) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
  }

  // The JSON of a good answer, or Refused.
  async ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json> {
    const answer = await this.send(method, path, body, headers);
    const text = await answer.text();
    if (!answer.ok) throw new Refused(answer.status, text);
    return text ? JSON.parse(text) : undefined;
  }

  get = (path: string): Promise<Json> => this.ask("GET", path);
  post = (path: string, body?: unknown): Promise<Json> => this.ask("POST", path, body);
}

export class Person extends Visitor {
  constructor(
    url: string,
    readonly name: string,
    readonly email: string,
    readonly session: string, // the value of the cookie agora_session
    token: string,
  ) {
    super(url, { Authorization: `Bearer ${token}` });
  }

  // The id of an upload that holds these bytes.
  async upload(data: Uint8Array): Promise<string> {
    const tus = { "Tus-Resumable": "1.0.0" };
    const length = { "Upload-Length": String(data.length) };
    const made = await this.ask("POST", "/uploads", new Uint8Array(), { ...tus, ...length });
    const part = { "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" };
    await this.ask("PATCH", `/uploads/${made.id}`, data, { ...tus, ...part });
    return made.id;
  }

  submit(event: string, name: string, files: SubmittedFile[]): Promise<Json> {
    return this.post(`/events/${event}/submissions`, { name, files });
  }

  // The submission when it is scored, failed or cancelled.
  async untilEnded(submission: { id: string }, seconds = 120): Promise<Json> {
    return until(seconds, `the end of submission ${submission.id}`, async () => {
      const found = await this.get(`/submissions/${submission.id}`);
      return ["scored", "failed", "cancelled"].includes(found.state) ? found : undefined;
    });
  }
}

export const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

// What `look` finds, as soon as it finds something.
export async function until<T>(seconds: number, what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(50);
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}
