// Whether what somebody types may mean this name: each typed word begins some word of the name, accents aside.
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();

export function matches(typed: string, name: string): boolean {
  const words = plain(name).split(/[\s:_\-/]+/);
  return plain(typed)
    .split(/[\s:_\-/]+/)
    .filter(Boolean)
    .every((start) => words.some((word) => word.startsWith(start)));
}

interface Named {
  name: string;
  words?: string; // more words that find it
}
// Those that may be meant: first those whose name says it, then those that more words lead to.
export function found<T extends Named>(typed: string, all: readonly T[]): T[] {
  const byName = all.filter((one) => matches(typed, one.name));
  const byWords = all.filter((one) => !byName.includes(one) && matches(typed, `${one.name} ${one.words ?? ""}`));
  return [...byName, ...byWords];
}
