// Notifications in two groups, from two lists that are read at different moments.
interface Told {
  id: string;
  created_at: string;
  read_at: string | null;
}

const newestFirst = (a: Told, b: Told): number => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

// What either list knows to be unread, and what is read; each one once.
export function grouped<T extends Told>(unread: readonly T[], all: readonly T[]): { unread: T[]; read: T[] } {
  const known = new Map<string, T>();
  for (const one of [...unread, ...all]) {
    const other = known.get(one.id);
    if (!other || (one.read_at && !other.read_at)) known.set(one.id, one);
  }
  const sorted = [...known.values()].sort(newestFirst);
  return { unread: sorted.filter((one) => !one.read_at), read: sorted.filter((one) => one.read_at) };
}

// The list after some of it, or without ids all of it, was read.
export function withRead<T extends Told>(
  list: readonly T[],
  ids: readonly string[] | undefined,
  now: string,
): T[] {
  return list.map((one) => (!one.read_at && (!ids || ids.includes(one.id)) ? { ...one, read_at: now } : one));
}

// The event that the address of a notification is of: "/events/moons/messages".
export const eventIn = (url: string): string | undefined => /^\/events\/([^/?#]+)/.exec(url)?.[1];
