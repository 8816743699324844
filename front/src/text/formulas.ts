// Draws formulas in place. Loaded only where there are some: KaTeX and its fonts are heavy.
import katex from "katex";
import "katex/dist/katex.css";

// KaTeX's own tree, before it becomes elements (katex/src/domTree.ts).
interface Node {
  attributes?: Record<string, string>;
  children?: Node[];
  toNode(): globalThis.Node;
}
type Build = (formula: string, options: object) => Node;

// The policy of the pages refuses style attributes, and KaTeX has a few (arrows, boxes): kept aside here, and
// set through the style object below.
function keepStylesAside(node: Node): void {
  const style = node.attributes?.style;
  if (node.attributes && style !== undefined) {
    node.attributes["data-style"] = style;
    delete node.attributes.style;
  }
  node.children?.forEach(keepStylesAside);
}

export function drawFormula(element: HTMLElement, formula: string, isDisplay: boolean): void {
  try {
    const build = (katex as unknown as { __renderToDomTree: Build }).__renderToDomTree;
    const tree = build(formula, {
      displayMode: isDisplay,
      throwOnError: true,
      strict: "ignore",
      trust: false,
      maxSize: 20,
      maxExpand: 500,
    });
    keepStylesAside(tree);
    element.replaceChildren(tree.toNode());
    for (const one of element.querySelectorAll<HTMLElement | SVGElement>("[data-style]")) {
      one.style.cssText += one.getAttribute("data-style") ?? "";
      one.removeAttribute("data-style");
    }
    element.removeAttribute("title");
  } catch (thrown) {
    element.classList.add("broken");
    element.title =
      thrown instanceof Error ? thrown.message.replace("KaTeX parse error: ", "") : "no formula";
  }
}

export function drawFormulas(root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>(".formula:not(.drawn)")) {
    element.classList.add("drawn");
    drawFormula(element, element.textContent ?? "", element.classList.contains("display"));
  }
}
