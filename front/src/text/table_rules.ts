// Tables in Markdown: cells aligned by a class, for the pages' policy refuses style attributes; and those of many
// words ready to be read row by row on a phone, each cell under the name of its column.
import type { Env, MarkdownIt, StateCore, Token } from "markdown-it";

interface Cell {
  token: Token;
  column: number;
  text: string;
}

const FITS = 36; // letters in a row of a phone
const WORDS = 20; // a cell with more holds words rather than a number
const NAME = 14; // a first column up to this leaves room for the second

// Whether a phone has no room for the columns side by side. Many numbers are a table nevertheless: it scrolls.
export function isWordy(longest: readonly number[]): boolean {
  const all = longest.reduce((sum, one) => sum + one, 0);
  if (all <= FITS || Math.max(...longest) <= WORDS) return false;
  return longest.length > 2 || (longest.length === 2 && (longest[0] ?? 0) > NAME);
}

function cellsOf(tokens: readonly Token[], kind: "th_open" | "td_open"): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  tokens.forEach((token, i) => {
    if (token.type === "tr_open") column = 0;
    if (token.type !== kind) return;
    const text = (tokens[i + 1]?.children ?? []).map((one) => one.content).join("");
    cells.push({ token, column: column++, text });
  });
  return cells;
}

const ROLES: Record<string, string> = {
  thead_open: "rowgroup",
  tbody_open: "rowgroup",
  tr_open: "row",
  th_open: "columnheader",
  td_open: "cell",
};

// The roles say what browsers may forget of a table whose rows are laid out as blocks.
function prepare(table: Token, inside: readonly Token[]): void {
  const heads = cellsOf(inside, "th_open");
  const cells = cellsOf(inside, "td_open");
  const longest = heads.map((head) =>
    Math.max(...[head, ...cells].filter((one) => one.column === head.column).map((one) => one.text.length)),
  );
  if (!isWordy(longest)) return;
  table.meta = { isWordy: true };
  for (const token of inside) {
    const role = ROLES[token.type];
    if (role) token.attrSet("role", role);
  }
  if (heads.length < 3) return;
  for (const { token, column } of cells)
    if (column > 0) token.attrSet("data-label", heads[column]?.text ?? "");
}

function tables(state: StateCore): void {
  let open = -1;
  state.tokens.forEach((token, i) => {
    if (token.type === "table_open") open = i;
    const table = state.tokens[open];
    if (token.type === "table_close" && table) prepare(table, state.tokens.slice(open, i));
  });
}

// `numbered` gives each table a name of its own.
export function addTables(md: MarkdownIt, numbered: (name: string, env: Env | undefined) => string): void {
  md.core.ruler.push("tables", tables);
  const aligned: NonNullable<(typeof md.renderer.rules)[string]> = (tokens, i, options, _env, self) => {
    const token = tokens[i];
    const side = /text-align:(\w+)/.exec(String(token?.attrGet("style") ?? ""))?.[1];
    if (token) {
      token.attrs = (token.attrs ?? []).filter(([name]) => name !== "style");
      if (side) token.attrJoin("class", `to-${side}`);
    }
    return self.renderToken(tokens, i, options);
  };
  md.renderer.rules.th_open = aligned;
  md.renderer.rules.td_open = aligned;
  md.renderer.rules.table_open = (tokens, i, _options, env) => {
    const isWordy = (tokens[i]?.meta as { isWordy?: boolean } | null)?.isWordy ?? false;
    return (
      `<div class="table-wrap" tabindex="0" role="region" aria-label="${numbered("Table", env)}">` +
      `<table class="list${isWordy ? ' wordy" role="table' : ""}">\n`
    );
  };
  md.renderer.rules.table_close = () => "</table></div>\n";
}
