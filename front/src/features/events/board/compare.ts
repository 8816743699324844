// Two rows side by side: what differs, and which is the better one.
import { metric } from "../../../text/format";
import { gapOf, valueOf, type Row, type Shown } from "./rows";

export interface Difference {
  name: string;
  precision: number;
  a: number | null;
  b: number | null;
  difference: number | null; // b less a
  better: "a" | "b" | null; // null: equal, or one is missing
}

function line(name: string, precision: number, a: number | null, b: number | null, lower: boolean): Difference {
  const difference = a === null || b === null ? null : b - a;
  const better = !difference ? null : difference > 0 === lower ? "a" : "b";
  return { name, precision, a, b, difference, better };
}

export function compared(a: Row, b: Row, columns: readonly Shown[]): Difference[] {
  const official = columns.find((one) => one.isOfficial);
  const scores = columns.map((one) =>
    line(
      metric(one.column.name) + (one.key.endsWith(":valid") ? ", folds" : one.part === "test" ? ", test" : ""),
      one.column.precision,
      valueOf(a, one),
      valueOf(b, one),
      one.column.is_lower_the_better,
    ),
  );
  return [
    ...scores,
    line("gap from training to validation", official?.column.precision ?? 3, gapOf(a, columns), gapOf(b, columns), true),
    line("training, seconds", 2, a.fit_seconds ?? null, b.fit_seconds ?? null, true),
    line("prediction, seconds", 2, a.predict_seconds ?? null, b.predict_seconds ?? null, true),
  ];
}

export function signed(value: number | null, precision: number): string {
  if (value === null) return "–";
  const size = Math.abs(value);
  // A difference that its metric's digits do not show has more of them.
  const text = size.toFixed(size < 0.5 * 10 ** -precision && size > 0 ? precision + 3 : precision);
  return Number(text) === 0 ? text : `${value > 0 ? "+" : "−"}${text}`;
}

// The two that are chosen, after one more was: of three the eldest goes.
export const chosenWith = (chosen: readonly string[], id: string): string[] =>
  chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-2);
