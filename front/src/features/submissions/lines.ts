// How two codes differ, in lines and in files.
import { isSame, type DraftFile } from "./files";

export interface LineCount {
  added: number;
  removed: number;
}

// By the longest common subsequence of lines; of very long files the middle counts as changed as a whole.
export function lineCount(before: string, after: string): LineCount {
  const a = before === "" ? [] : before.split("\n");
  const b = after === "" ? [] : after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  const common = left.length * right.length > 4_000_000 ? 0 : commonLines(left, right);
  return { added: right.length - common, removed: left.length - common };
}

function commonLines(a: readonly string[], b: readonly string[]): number {
  let row = new Uint32Array(b.length + 1);
  for (const line of a) {
    const next = new Uint32Array(b.length + 1);
    for (let j = 1; j <= b.length; j++)
      next[j] = line === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0);
    row = next;
  }
  return row[b.length] ?? 0;
}

export interface FileChange {
  path: string;
  kind: "same" | "changed" | "added" | "removed";
  before: string; // "" where it was not, or is no text
  after: string;
  lines: LineCount;
}

export function fileChanges(before: readonly DraftFile[], after: readonly DraftFile[]): FileChange[] {
  const paths = [...new Set([...after, ...before].map((file) => file.path))];
  return paths.map((path) => {
    const old = before.find((file) => file.path === path);
    const now = after.find((file) => file.path === path);
    const kind = !old ? "added" : !now ? "removed" : isSame(old.content, now.content) ? "same" : "changed";
    const was = typeof old?.content === "string" ? old.content : "";
    const is = typeof now?.content === "string" ? now.content : "";
    return { path, kind, before: was, after: is, lines: lineCount(was, is) };
  });
}

// "+3 −1", "new", "removed", "no change"
export function changeWords(change: FileChange): string {
  if (change.kind === "same") return "no change";
  if (change.kind === "added") return "new";
  if (change.kind === "removed") return "removed";
  return change.lines.added + change.lines.removed === 0
    ? "changed"
    : `+${change.lines.added} −${change.lines.removed}`;
}
