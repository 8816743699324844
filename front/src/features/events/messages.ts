// A list that is newest first, and what is put into it meanwhile.
export interface Page<T> {
  items: T[];
  next: string | null;
}

// Ids are ULIDs: they sort by the time of birth.
export function merged<T extends { id: string }>(page: Page<T>, one: T): Page<T> {
  if (page.items.some((other) => other.id === one.id)) return page;
  return { ...page, items: [...page.items, one].sort((a, b) => (a.id < b.id ? 1 : -1)) };
}
