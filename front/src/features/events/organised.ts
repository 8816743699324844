// Which events one organises oneself. An administrator may manage every event, and its `mine` says so; in lists
// that would put the whole center under "my events".
import { api, ask, everything } from "../../api/client";
import { session } from "../../app/session.svelte";

// Their ids; undefined where `mine` says it already.
export async function organisedByMe(): Promise<Set<string> | undefined> {
  const me = session.me?.person.id;
  if (!session.isAdministrator || !me) return undefined;
  try {
    const mine = await everything(
      (after) =>
        ask(
          api.GET("/api/v1/people/{person}/events", {
            params: { path: { person: me }, query: { limit: 200, after } },
          }),
        ),
      2000,
    );
    return new Set(mine.filter((one) => one.role === "organiser").map((one) => one.id));
  } catch {
    return undefined; // the lists are more use than their words are exact
  }
}

export function asOrganised<T extends { id: string; mine?: { is_organiser: boolean } }>(
  events: readonly T[],
  mine: ReadonlySet<string> | undefined,
): T[] {
  if (!mine) return [...events];
  return events.map((event) =>
    event.mine?.is_organiser && !mine.has(event.id)
      ? { ...event, mine: { ...event.mine, is_organiser: false } }
      : event,
  );
}
