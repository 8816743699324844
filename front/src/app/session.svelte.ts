// Who is here, and what this center is. Read once; every page looks here.
import { api, ask, whenSignedOut, type Schemas } from "../api/client";
import type { paths } from "../api/schema";
import { Live } from "../api/live.svelte";
import { Problem } from "../api/problem";

export type Me = paths["/api/v1/me"]["get"]["responses"][200]["content"]["application/json"];
export type CenterSettings = Schemas["Settings"];

// A stranger's first page asks nothing that is answered with 401.
const HINT = "agora.signed-in";

class Session {
  me = $state.raw<Me>();
  settings = $state.raw<CenterSettings>();
  isKnown = $state(false);
  stream = $state.raw<Live>();
  #listeners = new Map<string, Set<(data: unknown) => void>>();
  #resumers = new Set<() => void>();

  get isAdministrator(): boolean {
    return this.me?.roles.includes("administrator") ?? false;
  }
  get mayOrganise(): boolean {
    return this.isAdministrator || (this.me?.roles.includes("organiser") ?? false);
  }

  async begin(): Promise<void> {
    whenSignedOut(() => this.forget());
    try {
      await Promise.all([this.#readSettings(), localStorage.getItem(HINT) ? this.#readMe() : undefined]);
    } finally {
      this.isKnown = true; // the pages say by themselves what is wrong
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    await ask(api.POST("/api/v1/sign-in", { body: { email, password } }));
    await this.#readMe();
  }

  async signOut(): Promise<void> {
    await ask(api.POST("/api/v1/sign-out"));
    this.forget();
  }

  async refresh(): Promise<void> {
    await Promise.all([this.#readSettings(), this.me ? this.#readMe() : undefined]);
  }

  // The session has ended, here or elsewhere.
  forget(): void {
    localStorage.removeItem(HINT);
    this.me = undefined;
    this.stream?.close();
    this.stream = undefined;
  }

  // What concerns me, live: "submission", "queue", "try", "notification". Returns how to stop listening.
  // `resumed` is called when something may have been missed.
  listen(kind: string, take: (data: unknown) => void, resumed?: () => void): () => void {
    const all = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, all.add(take));
    if (resumed) this.#resumers.add(resumed);
    return () => {
      all.delete(take);
      if (resumed) this.#resumers.delete(resumed);
    };
  }

  async #readSettings(): Promise<void> {
    try {
      this.settings = await ask(api.GET("/api/v1/settings"));
    } catch {
      // The pages say by themselves that the center does not answer.
    }
  }

  async #readMe(): Promise<void> {
    try {
      this.me = await ask(api.GET("/api/v1/me"));
      localStorage.setItem(HINT, "yes");
      this.#openStream();
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.status === 401) this.forget();
      else throw thrown;
    }
  }

  #openStream(): void {
    if (this.stream) return;
    const tell = (kind: string) => (data: unknown) =>
      this.#listeners.get(kind)?.forEach((take) => take(data));
    const kinds = ["submission", "queue", "try", "notification"];
    this.stream = new Live(
      "/api/v1/me/stream",
      Object.fromEntries(kinds.map((kind) => [kind, tell(kind)])),
      () => this.#resumers.forEach((resumed) => resumed()),
    );
  }
}

export const session = new Session();
