// Rows of a table that change places glide to the new one, unless the reader wants no motion.
const FAR = 1500; // px: from farther away it just appears

const isStill = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

const rowsIn = (body: HTMLElement): NodeListOf<HTMLElement> => body.querySelectorAll<HTMLElement>("tr[data-id]");

export function tops(body: HTMLElement): Map<string, number> {
  if (isStill()) return new Map();
  const base = body.getBoundingClientRect().top;
  return new Map([...rowsIn(body)].map((row) => [row.dataset.id ?? "", row.getBoundingClientRect().top - base]));
}

export function play(body: HTMLElement, before: ReadonlyMap<string, number>): void {
  const base = body.getBoundingClientRect().top;
  const rows = [...rowsIn(body)].map((row) => ({ row, top: row.getBoundingClientRect().top - base }));
  for (const { row, top } of rows) {
    const was = before.get(row.dataset.id ?? "");
    if (was === undefined || Math.abs(was - top) < 1 || Math.abs(was - top) > FAR) continue;
    row.animate([{ transform: `translateY(${was - top}px)` }, { transform: "none" }], {
      duration: 280,
      easing: "cubic-bezier(0.2, 0, 0, 1)",
    });
  }
}
