// The newest submissions of several events, for who organises them.
import { api, ask, type Schemas } from "../../api/client";

export const INCOMING_MS = 30_000;
const SHOWN = 6;
type Submission = Schemas["Submission"];

export async function newestOf(events: readonly string[]): Promise<Submission[]> {
  const pages = await Promise.all(
    events
      .filter((event) => event !== "")
      .map((event) =>
        ask(
          api.GET("/api/v1/events/{event}/submissions", {
            params: { path: { event }, query: { limit: SHOWN } },
          }),
        ),
      ),
  );
  return newest(pages.flatMap((page) => page.items));
}

export const newest = <T extends { created_at: string }>(items: readonly T[], most = SHOWN): T[] =>
  [...items].sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at)).slice(0, most);
