// Kits as an organiser sends them.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");
export const kits = join(root, "kits");

export interface SubmittedFile {
  path: string;
  content: string;
  encoding: "utf-8";
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

// A folder as tar.gz, its files at the root.
export function packed(folder: string): Buffer {
  return execFileSync("tar", ["-cz", "-C", folder, "--", ...filesBelow(folder)], { maxBuffer: 1 << 30 });
}

// The kit with a third of the rows as its public data, and the others as hidden data: no row is in both.
export function splitBreastCancer(folder: string): { kit: string; hidden: string } {
  const kit = join(folder, "kit");
  const hidden = join(folder, "hidden");
  const source = join(kits, "breast_cancer");
  cpSync(source, kit, { recursive: true, filter: (path) => !path.includes("__pycache__") });
  mkdirSync(hidden, { recursive: true });
  for (const name of ["train.csv", "test.csv"]) {
    const [head, ...rows] = readFileSync(join(source, "data", name), "utf8").trimEnd().split("\n");
    const write = (place: string, kept: string[]) => writeFileSync(place, [head, ...kept, ""].join("\n"));
    write(join(kit, "data", name), rows.filter((_, i) => i % 3 === 0));
    write(join(hidden, name), rows.filter((_, i) => i % 3 !== 0));
  }
  return { kit, hidden };
}

// The files of a submission that a kit brings.
export function submissionOf(kit: string, name: string): SubmittedFile[] {
  const folder = join(kits, kit, "submissions", name);
  return filesBelow(folder)
    .filter((path) => path.endsWith(".py"))
    .map((path) => ({ path, content: readFileSync(join(folder, path), "utf8"), encoding: "utf-8" }));
}
