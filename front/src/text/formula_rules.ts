// Formulas in Markdown: $...$ in a line, $$...$$ on lines of its own. Prices are none.
import type { MarkdownIt, StateBlock, StateInline } from "markdown-it";

// Where the formula that opens at `start` (a single $) closes; -1 where there is none. As Pandoc has it: no
// space inside the dollars, no digit behind the closing one; and "5 dollars" in words is a price.
export function endOfFormula(text: string, start: number): number {
  if (/[\s$]/.test(text[start + 1] ?? " ")) return -1;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "`") return -1;
    else if (text[at] === "$") {
      const inside = text.slice(start + 1, at);
      if (/\s$/.test(inside) || /\d/.test(text[at + 1] ?? "")) return -1;
      return /^\d[\d.,]*[,;]?\s+[A-Za-z]{2,}/.test(inside) ? -1 : at;
    }
  }
  return -1;
}

function inLine(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src[pos] !== "$") return false;
  const isDisplay = src[pos + 1] === "$";
  const begin = pos + (isDisplay ? 2 : 1);
  const end = isDisplay ? src.indexOf("$$", begin) : endOfFormula(src, pos);
  if (end < begin + 1 || end >= state.posMax || !src.slice(begin, end).trim()) return false;
  if (!silent) {
    const token = state.push("formula", "span", 0);
    token.content = src.slice(begin, end).trim();
    token.meta = { isDisplay };
  }
  state.pos = end + (isDisplay ? 2 : 1);
  return true;
}

function onLines(state: StateBlock, first: number, last: number, silent: boolean): boolean {
  const lineAt = (line: number): string =>
    state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]).trim();
  const opening = lineAt(first);
  if (!opening.startsWith("$$") || (state.sCount[first] ?? 0) - state.blkIndent >= 4) return false;
  const lines: string[] = [];
  let line = first;
  let rest = opening.slice(2);
  for (;;) {
    if (rest.endsWith("$$")) {
      lines.push(rest.slice(0, -2));
      break;
    }
    if (rest.includes("$$")) return false; // text goes on behind it: a formula in a line
    lines.push(rest);
    line += 1;
    if (line >= last || (state.sCount[line] ?? 0) < state.blkIndent) return false;
    rest = lineAt(line);
  }
  const content = lines.join("\n").trim();
  if (!content) return false;
  if (silent) return true;
  const token = state.push("formula_block", "div", 0);
  token.content = content;
  token.map = [first, line + 1];
  state.line = line + 1;
  return true;
}

// What is drawn later by KaTeX (formulas.ts) stands there as its source until then, and where it cannot be drawn.
export function addFormulas(md: MarkdownIt): void {
  md.inline.ruler.after("escape", "formula", inLine);
  md.block.ruler.before("fence", "formula_block", onLines, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
  md.renderer.rules.formula = (tokens, i) => {
    const token = tokens[i];
    const isDisplay = (token?.meta as { isDisplay?: boolean } | null)?.isDisplay ?? false;
    return `<span class="formula${isDisplay ? " display" : ""}">${md.utils.escapeHtml(token?.content ?? "")}</span>`;
  };
  md.renderer.rules.formula_block = (tokens, i) =>
    `<div class="formula display">${md.utils.escapeHtml(tokens[i]?.content ?? "")}</div>\n`;
}
