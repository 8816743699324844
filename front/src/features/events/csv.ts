// The first rows of a table file: its cells, what each column holds, how its values spread.

export type ColumnType = "empty" | "integer" | "number" | "boolean" | "date" | "text";

export interface Column {
  name: string;
  type: ColumnType;
  missing: number;
  distinct: number;
  bars: Bar[]; // a histogram of numbers and dates, the commonest values of the others
  least?: number;
  most?: number;
}
export interface Bar {
  name: string;
  count: number;
}

export interface Table {
  columns: Column[];
  rows: string[][];
  isCut: boolean; // more rows follow than were read
}

const DELIMITERS = [",", ";", "\t", "|"];

// The one that splits the first lines into most cells.
export function delimiterOf(text: string): string {
  const head = text.split("\n", 5).join("\n");
  const count = (delimiter: string): number => head.split(delimiter).length;
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best), ",");
}

// RFC 4180, with the delimiter at hand. A row that the end of the text cut is left out when `isCut`.
export function cellsOf(text: string, delimiter: string, isCut: boolean): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = (): void => {
    row.push(cell);
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (isQuoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else isQuoted = false;
    } else if (c === '"' && cell === "") isQuoted = true;
    else if (c === delimiter) {
      row.push(cell);
      cell = "";
    } else if (c === "\n") endRow();
    else if (c !== "\r") cell += c;
  }
  if (!isCut && (cell !== "" || row.length > 0)) endRow();
  return rows;
}

const MISSING = new Set(["", "na", "n/a", "nan", "null", "none"]);
export const isMissing = (cell: string): boolean => MISSING.has(cell.trim().toLowerCase());
const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?inf(inity)?$/i;
const DATE = /^\d{4}-\d{2}(-\d{2})?([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const BOOLEAN = /^(true|false)$/i;

export function typeOf(cells: readonly string[]): ColumnType {
  const there = cells.filter((cell) => !isMissing(cell)).map((cell) => cell.trim());
  if (there.length === 0) return "empty";
  const all = (pattern: RegExp): boolean => there.every((cell) => pattern.test(cell));
  if (all(INTEGER)) return "integer";
  if (all(NUMBER)) return "number";
  if (all(BOOLEAN)) return "boolean";
  return all(DATE) ? "date" : "text";
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

// Bars of equal width over the finite values.
export function histogram(values: readonly number[], bins = 12, say = short): Bar[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [];
  const least = finite.reduce((a, b) => Math.min(a, b));
  const most = finite.reduce((a, b) => Math.max(a, b));
  if (least === most) return [{ name: say(least), count: finite.length }];
  const width = (most - least) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of finite) {
    const bin = Math.min(bins - 1, Math.floor((value - least) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, i) => ({
    name: `${say(least + i * width)} to ${say(least + (i + 1) * width)}`,
    count,
  }));
}

// The commonest values, most frequent first.
export function commonest(cells: readonly string[], most = 8): Bar[] {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
    .slice(0, most);
}

function columnOf(name: string, cells: readonly string[]): Column {
  const there = cells.filter((cell) => !isMissing(cell)).map((cell) => cell.trim());
  const type = typeOf(cells);
  const distinct = new Set(there).size;
  const column: Column = { name, type, missing: cells.length - there.length, distinct, bars: [] };
  if (type === "integer" || type === "number") {
    const values = there.map(Number).filter(Number.isFinite);
    if (values.length > 0) {
      column.least = values.reduce((a, b) => Math.min(a, b));
      column.most = values.reduce((a, b) => Math.max(a, b));
    }
    // Few whole numbers are classes: each has its bar.
    column.bars =
      type === "integer" && distinct <= 12
        ? commonest(there, 12).sort((a, b) => Number(a.name) - Number(b.name))
        : histogram(values);
  } else if (type === "date") {
    const day = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
    const times = there.map((cell) => Date.parse(cell.replace(" ", "T")));
    column.bars = histogram(times, 12, day);
  } else if (distinct <= 20 || distinct < there.length / 4) {
    column.bars = commonest(there);
  }
  return column;
}

// The first row names the columns where none of it is a number and something below is, or all of it is text.
function hasHead(rows: string[][]): boolean {
  const first = rows[0] ?? [];
  return first.every((cell) => !NUMBER.test(cell.trim())) && new Set(first).size === first.length;
}

export function readTable(text: string, isCut: boolean): Table {
  const plain = text.replace(/^\uFEFF/, "");
  const all = cellsOf(plain, delimiterOf(plain), isCut);
  const named = hasHead(all);
  const rows = named ? all.slice(1) : all;
  const width = rows.reduce((most, row) => Math.max(most, row.length), all[0]?.length ?? 0);
  const columns = Array.from({ length: width }, (_, i) =>
    columnOf(
      (named ? all[0]?.[i]?.trim() : "") || `column ${i + 1}`,
      rows.map((row) => row[i] ?? ""),
    ),
  );
  return { columns, rows, isCut };
}
