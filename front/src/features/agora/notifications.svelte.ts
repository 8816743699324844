// What was told to me: the newest, how many are unread, live.
import { api, ask, type Schemas } from "../../api/client";
import { session } from "../../app/session.svelte";

export type Notification = Schemas["Notification"];

class Notifications {
  latest = $state.raw<Notification[]>([]);
  unread = $state(0);
  isKnown = $state(false); // or it cannot be read
  said = $state(""); // for a screen reader

  // Returns how to stop.
  begin(): () => void {
    void this.load();
    return session.listen("notification", (data) => this.take(data as Notification), () => void this.load());
  }

  async load(): Promise<void> {
    try {
      const got = await ask(api.GET("/api/v1/me/notifications", { params: { query: { limit: 8 } } }));
      this.latest = got.items;
      this.unread = got.unread;
    } catch {
      // The shell says that the connection is lost; the page of notifications says why.
    }
    this.isKnown = true;
  }

  take(one: Notification): void {
    if (this.latest.some((other) => other.id === one.id)) return;
    this.latest = [one, ...this.latest].slice(0, 8);
    this.unread += 1;
    this.said = `New: ${one.title}`;
  }

  // Without ids: all.
  async read(ids?: string[]): Promise<void> {
    const answer = await ask(api.POST("/api/v1/me/notifications/read", { body: ids ? { ids } : {} }));
    const now = new Date().toISOString();
    this.latest = this.latest.map((one) =>
      !one.read_at && (!ids || ids.includes(one.id)) ? { ...one, read_at: now } : one,
    );
    this.unread = answer.unread;
  }
}
export const notifications = new Notifications();
