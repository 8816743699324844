// What a board is made of, as values: ranks, orders, filters, and what live news change.
import type { Schemas } from "../../../api/client";

export type Row = Schemas["BoardRow"];
export type Column = Schemas["ScoreColumn"];
export type Of = "best" | "all";

// A column of figures: after the release the official score is there twice, on the test part and as it was.
export interface Shown {
  key: string; // what the address calls it
  column: Column;
  part: "valid" | "test";
  isOfficial: boolean; // ranks
}

export interface Placed {
  row: Row;
  rank: number | null;
}

export const officialOf = (columns: readonly Column[]): Column | undefined =>
  columns.find((one) => one.official) ?? columns[0];

export function shownColumns(columns: readonly Column[], hasTest: boolean): Shown[] {
  const official = officialOf(columns);
  return columns.flatMap((column): Shown[] => {
    const isOfficial = column === official;
    if (!hasTest) return [{ key: column.name, column, part: "valid", isOfficial }];
    const test: Shown = { key: column.name, column, part: "test", isOfficial };
    return isOfficial ? [test, { key: `${column.name}:valid`, column, part: "valid", isOfficial: false }] : [test];
  });
}

export const hasTestScores = (rows: Iterable<Row>): boolean => {
  for (const row of rows) for (const one of Object.values(row.scores)) if (typeof one.test === "number") return true;
  return false;
};

export function valueOf(row: Row, shown: Pick<Shown, "column" | "part">): number | null {
  const score = row.scores[shown.column.name];
  if (!score) return null;
  if (shown.part === "test") return score.test ?? null;
  return score.valid ?? score.valid_mean ?? null;
}

const time = (text: string): number => Date.parse(text);

// Best first, those without a score last; of equals the earlier one.
function byRank(shown: Shown | undefined): (a: Row, b: Row) => number {
  const sign = shown?.column.is_lower_the_better ? 1 : -1;
  return (a, b) => {
    const x = shown ? valueOf(a, shown) : null;
    const y = shown ? valueOf(b, shown) : null;
    if (x !== y) {
      if (x === null) return 1;
      if (y === null) return -1;
      return sign * (x - y);
    }
    return time(a.created_at) - time(b.created_at) || (a.submission_id < b.submission_id ? -1 : 1);
  };
}

// Equal scores share a rank; a row without a score has none.
export function ranked(rows: Iterable<Row>, official: Shown | undefined, of: Of): Placed[] {
  const ordered = [...rows].sort(byRank(official));
  const teams = new Set<string>();
  const kept = of === "all" ? ordered : ordered.filter((row) => !teams.has(row.team.id) && teams.add(row.team.id));
  let rank = 0;
  let last: number | null = null;
  return kept.map((row, i) => {
    const value = official ? valueOf(row, official) : null;
    if (value === null) return { row, rank: null };
    if (value !== last) rank = i + 1;
    last = value;
    return { row, rank };
  });
}

// The address's word: a column's key, with "-" before it for falling values. Empty: by rank.
export interface Sort {
  key: string;
  falls: boolean;
}
export const sortFrom = (text: string | null): Sort =>
  text?.startsWith("-") ? { key: text.slice(1), falls: true } : { key: text || "rank", falls: false };

// What a press on a column's head asks for: first what people look for there, then the other way, then by rank.
export function nextSort(now: Sort, key: string, startsFalling: boolean): string | null {
  if (now.key !== key) return (startsFalling ? "-" : "") + key;
  if (key === "rank") return now.falls ? null : "-rank";
  return now.falls === startsFalling ? (startsFalling ? "" : "-") + key : null;
}

// How far training and validation lie apart, on the official score.
export function gapOf(row: Row, columns: readonly Shown[]): number | null {
  const official = columns.find((one) => one.isOfficial);
  const of = official && row.scores[official.column.name];
  if (typeof of?.train_mean !== "number" || typeof of.valid_mean !== "number") return null;
  return Math.abs(of.train_mean - of.valid_mean);
}

type Attempts = ReadonlyMap<string, readonly number[]>; // by team
type Value = string | number | null;

function sortValue(placed: Placed, key: string, columns: readonly Shown[], attempts: Attempts): Value {
  const { row, rank } = placed;
  if (key === "rank") return rank;
  if (key === "team") return row.team.name.toLocaleLowerCase();
  if (key === "name") return row.name.toLocaleLowerCase();
  if (key === "folds") return gapOf(row, columns);
  if (key === "attempts") return attempts.get(row.team.id)?.length ?? null;
  if (key === "train_time") return row.fit_seconds ?? null;
  if (key === "created_at") return time(row.created_at);
  const column = columns.find((one) => one.key === key);
  return column ? valueOf(row, column) : null;
}

function compare(a: Value, b: Value): number {
  if (typeof a === "string" && typeof b === "string") return a.localeCompare(b);
  return Number(a) - Number(b);
}

// Stable: equals stay in the order of their ranks. What has no value stands last either way.
export function sorted(
  rows: readonly Placed[],
  sort: Sort,
  columns: readonly Shown[],
  attempts: Attempts = new Map(),
): Placed[] {
  if (sort.key === "rank" && !sort.falls) return [...rows];
  const keyed = rows.map((placed) => ({ placed, value: sortValue(placed, sort.key, columns, attempts) }));
  const sign = sort.falls ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return sign * compare(a.value, b.value);
  });
  return keyed.map((one) => one.placed);
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function filtered(rows: readonly Placed[], wanted: string): readonly Placed[] {
  const text = plain(wanted.trim());
  return text ? rows.filter(({ row }) => plain(row.team.name).includes(text)) : rows;
}

// What the event's stream tells: a row that is new or changed, or one that was taken off.
export interface BoardNews {
  item: Row | null;
  removed?: string;
}

export function withNews(rows: ReadonlyMap<string, Row>, news: BoardNews): Map<string, Row> {
  const next = new Map(rows);
  if (news.removed) next.delete(news.removed);
  if (news.item) next.set(news.item.submission_id, news.item);
  return next;
}

export function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}
