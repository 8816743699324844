// Markdown as HTML: what people wrote, so HTML in it is shown, not taken. Where it may lie (image and link
// addresses), how its headings stand in the page, and its formulas' places (formula_rules.ts).
import MarkdownIt, { type Env, type Token } from "markdown-it";
import { addFormulas } from "./formula_rules";
import { addTables } from "./table_rules";

const { escapeHtml } = new MarkdownIt().utils;

export interface MarkdownOptions {
  top?: number; // the level that the highest heading gets; the page's title is 1
  base?: string; // what relative addresses stand for: "/api/v1/events/X/files/"
  anchors?: string; // headings get ids that begin so ("" is a beginning); without it none
  link?: (href: string) => string | undefined; // another address for a relative one
  image?: (src: string) => string | undefined; // of a notebook's attachments
}

export interface Heading {
  level: number;
  id: string;
  text: string;
}

export interface Rendered {
  html: string;
  headings: Heading[];
}

interface Environment extends Env {
  options: MarkdownOptions;
  headings: Heading[];
  count: number; // of what scrolls: each has a name of its own for a screen reader
}

const attribute = (token: Token | undefined, name: string): string => String(token?.attrGet(name) ?? "");
const optionsIn = (env: Env | undefined): MarkdownOptions => (env as Environment | undefined)?.options ?? {};

const md = new MarkdownIt({ html: false, linkify: true, typographer: false });
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false }); // "problem.py" is no address
addFormulas(md);

export const slugOf = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "") || "section";

const textOf = (inline: Token | undefined): string =>
  (inline?.children ?? [])
    .filter((token) => ["text", "code_inline", "formula"].includes(token.type))
    .map((token) => token.content)
    .join("");

// Levels begin at `top` and go down one by one, whatever was written; each id is there once.
md.core.ruler.push("headings", (state) => {
  const { options, headings } = state.env as Environment;
  const written = state.tokens
    .filter((token) => token.type === "heading_open")
    .map((token) => Number(token.tag[1]));
  const highest = Math.min(...written);
  let last = (options.top ?? 2) - 1;
  const taken = new Map<string, number>();
  state.tokens.forEach((token, i) => {
    if (token.type !== "heading_open") return;
    const level = Math.min(6, last + 1, Number(token.tag[1]) - highest + (options.top ?? 2));
    last = level;
    token.tag = `h${level}`;
    const close = state.tokens[i + 2];
    if (close?.type === "heading_close") close.tag = token.tag;
    const text = textOf(state.tokens[i + 1]);
    const slug = slugOf(text);
    const times = taken.get(slug) ?? 0;
    taken.set(slug, times + 1);
    const id = `${options.anchors ?? ""}${slug}${times ? `-${times + 1}` : ""}`;
    headings.push({ level, id, text });
    if (options.anchors !== undefined) token.attrSet("id", id);
  });
});

// "[x] done" at the beginning of a list's item.
md.core.ruler.after("inline", "tasks", (state) => {
  state.tokens.forEach((token, i) => {
    const before = [state.tokens[i - 1]?.type, state.tokens[i - 2]?.type];
    if (token.type !== "inline" || before[0] !== "paragraph_open" || before[1] !== "list_item_open") return;
    const first = token.children?.[0];
    const found = /^\[([ xX])\]\s+/.exec(first?.type === "text" ? first.content : "");
    if (!found || !first) return;
    first.content = first.content.slice(found[0].length);
    const box = new state.Token("task", "input", 0);
    box.meta = { isDone: found[1] !== " " };
    token.children?.unshift(box);
    state.tokens[i - 2]?.attrJoin("class", "task");
  });
});
md.renderer.rules.task = (tokens, i) => {
  const isDone = (tokens[i]?.meta as { isDone: boolean }).isDone;
  return `<input type="checkbox" disabled${isDone ? " checked" : ""} aria-label="${isDone ? "done" : "to do"}"> `;
};

function numbered(name: string, env: Env | undefined): string {
  const environment = env as Environment | undefined;
  return environment ? `${name} ${++environment.count}` : name;
}

addTables(md, numbered);

// An option ("--wait") stays whole at a line's end: browsers would break it after a hyphen. What is longer than a
// narrow page is wide may break.
const WHOLE = 28;
md.renderer.rules.code_inline = (tokens, i) =>
  `<code>${(tokens[i]?.content ?? "")
    .split(" ")
    .map((word) =>
      word.includes("-") && word.length <= WHOLE ? `<span>${escapeHtml(word)}</span>` : escapeHtml(word),
    )
    .join(" ")}</code>`;

const PYTHON = new Set(["python", "py", "python3", "ipython", "ipython3"]);

// Python is coloured later, in place (highlight.ts).
function codeBlock(code: string, language: string, env: Env | undefined): string {
  const kind = PYTHON.has(language.toLowerCase()) ? ' class="python"' : "";
  return (
    `<div class="block"><pre tabindex="0" role="region" aria-label="${numbered("Code", env)}"><code${kind}>${escapeHtml(code.replace(/\n$/, ""))}</code></pre>` +
    '<button type="button" class="take" aria-label="Copy the code">Copy</button></div>\n'
  );
}
md.renderer.rules.fence = (tokens, i, _options, env) =>
  codeBlock(tokens[i]?.content ?? "", /^\S*/.exec(tokens[i]?.info.trim() ?? "")?.[0] ?? "", env);
md.renderer.rules.code_block = (tokens, i, _options, env) => codeBlock(tokens[i]?.content ?? "", "", env);

const hasScheme = (address: string): boolean => /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(address);

// Where a relative address leads: below the base, never above it.
export function addressOf(address: string, base: string | undefined): string {
  if (hasScheme(address) || address.startsWith("/") || address.startsWith("#") || !base) return address;
  const root = new URL(base, "http://base.invalid");
  const found = new URL(address, root);
  return found.origin === root.origin && found.pathname.startsWith(root.pathname)
    ? found.pathname + found.search + found.hash
    : root.pathname;
}

md.renderer.rules.link_open = (tokens, i, options, env, self) => {
  const token = tokens[i];
  const { anchors, link, base } = optionsIn(env);
  const href = attribute(token, "href");
  if (hasScheme(href)) token?.attrSet("rel", "noopener noreferrer");
  else if (href.startsWith("#")) token?.attrSet("href", `#${anchors ?? ""}${href.slice(1)}`);
  else token?.attrSet("href", link?.(href) ?? addressOf(href, base));
  return self.renderToken(tokens, i, options);
};

// An image of another origin would tell that origin who reads: it is a link.
md.renderer.rules.image = (tokens, i, _options, env) => {
  const token = tokens[i];
  const { image, base } = optionsIn(env);
  const written = attribute(token, "src");
  const alt = escapeHtml(token?.content ?? "");
  const found = image?.(written);
  if (!found && hasScheme(written) && !/^data:image\/(png|jpeg|gif|webp);/i.test(written))
    return `<a href="${escapeHtml(written)}" rel="noopener noreferrer">${alt || "an image elsewhere"}</a>`;
  const title = attribute(token, "title");
  const address = escapeHtml(found ?? addressOf(written, base));
  return `<img src="${address}" alt="${alt}"${title ? ` title="${escapeHtml(title)}"` : ""} loading="lazy">`;
};

export function render(text: string, options: MarkdownOptions = {}): Rendered {
  const environment: Environment = { options, headings: [], count: 0 };
  return { html: md.render(text, environment), headings: environment.headings };
}

// The words alone, for a line in a list.
export function plain(text: string): string {
  const words = (tokens: Token[]): string =>
    tokens
      .map((token) =>
        token.children
          ? words(token.children) + " "
          : ["softbreak", "hardbreak"].includes(token.type)
            ? " "
            : token.content,
      )
      .join("");
  return words(md.parse(text, { options: {}, headings: [], count: 0 } satisfies Environment))
    .replace(/\s+/g, " ")
    .trim();
}
