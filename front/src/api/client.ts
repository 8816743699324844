// The one way to the center: typed by the API's own document (schema.d.ts), failing with a Problem.
import createClient from "openapi-fetch";
import { problemOf, unreachable } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
// What a GET of this path answers, where it has no name among the schemas.
export type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

// Looked up at each call, so that a test may stand in front of the network.
export const api = createClient<paths>({ baseUrl: "/", fetch: (request) => globalThis.fetch(request) });

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

// `await ask(api.GET("/api/v1/events/{event}", { params: { path: { event } } }))`
export async function ask<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  let done: Outcome<T>;
  try {
    done = await outcome;
  } catch (thrown) {
    throw thrown instanceof TypeError ? unreachable() : thrown;
  }
  if (!done.response.ok) {
    if (done.response.status === 401) onSignedOut();
    throw problemOf(done.response.status, done.error, done.response.headers.get("Retry-After"));
  }
  return done.data as T;
}

// The same, with the version that a change of a shared text has to name (If-Match).
export async function askWithTag<T>(outcome: Promise<Outcome<T>>): Promise<{ value: T; tag: string }> {
  let tag = "";
  const value = await ask(
    outcome.then((done) => {
      tag = done.response.headers.get("ETag") ?? "";
      return done;
    }),
  );
  return { value, tag };
}

// All pages of a list, `most` items at the most.
export async function everything<T>(
  page: (after: string | undefined) => Promise<{ items: T[]; next?: string | null }>,
  most = 5000,
): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const got = await page(after);
    all.push(...got.items);
    after = got.next ?? undefined;
  } while (after && all.length < most);
  return all;
}

// A POST that creates may be sent again without making two.
export const onceKey = (): string => crypto.randomUUID();

let onSignedOut = (): void => {};
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}
