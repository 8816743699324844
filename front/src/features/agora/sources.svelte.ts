// The titles of the events that tell me something: those that I take part in or organise.
import { api, ask } from "../../api/client";
import { session } from "../../app/session.svelte";

class Sources {
  titles = $state.raw<Record<string, string>>({}); // by slug
  readonly #asked = new Set<string>(); // once each
  #reading: Promise<void> | undefined; // for all that ask meanwhile

  async learn(slug: string): Promise<void> {
    if (this.titles[slug] !== undefined || this.#asked.has(slug)) return;
    this.#asked.add(slug);
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #read(): Promise<void> {
    const person = session.me?.person.id;
    if (!person) return;
    try {
      const params = { path: { person }, query: { limit: 200 } };
      const got = await ask(api.GET("/api/v1/people/{person}/events", { params }));
      this.titles = Object.fromEntries(got.items.map((one) => [one.slug, one.title]));
    } catch {
      // A notification says what it says without it.
    }
  }
}
export const sources = new Sources();
