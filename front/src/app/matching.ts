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
