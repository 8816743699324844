// What a kit's check found, in the order in which one mends it: errors first, file by file.
import type { Schemas } from "../../../api/client";
import { count } from "../../../text/format";

export type Finding = Schemas["Finding"];
export interface Group {
  file: string; // empty: the kit as a whole
  worst: Finding["weight"];
  findings: Finding[];
}

const WEIGHTS = ["error", "warning", "note"] as const;
const weight = (one: Finding): number => WEIGHTS.indexOf(one.weight);

export function grouped(findings: readonly Finding[]): Group[] {
  const files = new Map<string, Finding[]>();
  for (const one of findings) files.set(one.file, [...(files.get(one.file) ?? []), one]);
  const groups = [...files].map(([file, some]): Group => {
    const ordered = [...some].sort((a, b) => weight(a) - weight(b) || a.line - b.line);
    return { file, worst: ordered[0]?.weight ?? "note", findings: ordered };
  });
  return groups.sort(
    (a, b) =>
      WEIGHTS.indexOf(a.worst) - WEIGHTS.indexOf(b.worst) ||
      Number(a.file !== "") - Number(b.file !== "") ||
      a.file.localeCompare(b.file),
  );
}

// "2 errors, 1 note".
export function summed(findings: readonly Finding[]): string {
  return WEIGHTS.map((name) => ({ name, n: findings.filter((one) => one.weight === name).length }))
    .filter(({ n }) => n > 0)
    .map(({ name, n }) => count(n, name))
    .join(", ");
}

export const placeOf = (one: Finding): string =>
  one.file === "" ? "the whole kit" : one.line > 0 ? `${one.file}, line ${one.line}` : one.file;
