// The board as a file for a spreadsheet: exact numbers, RFC 4180.
import { officialOf, type Column, type Placed } from "./rows";

// A spreadsheet takes a text that begins like a formula for one; an apostrophe before it keeps it a text.
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(rows: readonly Placed[], columns: readonly Column[], hasTest: boolean): string {
  const official = officialOf(columns);
  const ordered = [...columns].sort((a, b) => Number(b === official) - Number(a === official));
  const heads = ["rank", "team", "submission", "number"];
  for (const { name } of ordered) heads.push(...(hasTest ? [`${name} test`, name] : [name]));
  heads.push("fit_seconds", "predict_seconds", "created_at");
  const lines = rows.map(({ row, rank }) => {
    const scores = ordered.flatMap(({ name }) => {
      const score = row.scores[name];
      const valid = score?.valid ?? score?.valid_mean;
      return hasTest ? [score?.test, valid] : [valid];
    });
    return [
      rank, row.team.name, row.name, row.number, ...scores, row.fit_seconds, row.predict_seconds, row.created_at,
    ].map(cell);
  });
  return [heads.map(cell), ...lines].map((line) => line.join(",") + "\r\n").join("");
}
