// Code as HTML with the classes of @lezer/highlight ("tok-keyword"); everything is escaped.
import { classHighlighter, highlightCode } from "@lezer/highlight";
import { parser as python } from "@lezer/python";

export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const PYTHON = new Set(["python", "py", "python3", "ipython", "ipython3"]);

export function highlighted(code: string, language: string): string {
  if (!PYTHON.has(language.toLowerCase())) return escapeHtml(code);
  let html = "";
  highlightCode(
    code,
    python.parse(code),
    classHighlighter,
    (text, kind) => (html += kind ? `<span class="${kind}">${escapeHtml(text)}</span>` : escapeHtml(text)),
    () => (html += "\n"),
  );
  return html;
}
