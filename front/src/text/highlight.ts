// Colours code in place, with the classes of @lezer/highlight ("tok-keyword"). Loaded where there is some.
import { classHighlighter, highlightCode } from "@lezer/highlight";
import { parser as python } from "@lezer/python";

// `code` elements of class "python" whose text has no elements yet.
export function paintCode(root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>("code.python:not(.painted)")) {
    const code = element.textContent ?? "";
    const painted = document.createDocumentFragment();
    highlightCode(
      code,
      python.parse(code),
      classHighlighter,
      (text, kind) => {
        if (!kind) return painted.append(text);
        const span = document.createElement("span");
        span.className = kind;
        span.textContent = text;
        painted.append(span);
      },
      () => painted.append("\n"),
    );
    element.replaceChildren(painted);
    element.classList.add("painted");
  }
}
