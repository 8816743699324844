// Two texts beside each other, or as one where there is little room. Loaded when somebody compares.
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { languageOf, reading } from "./editor";

export interface Sides {
  path: string;
  before: string;
  after: string;
  beforeName: string;
  afterName: string;
}

const colours = EditorView.theme({
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--bad-soft)" },
  "&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine, &.cm-merge-b .cm-insertedLine, .cm-insertedLine": {
    backgroundColor: "var(--good-soft)",
  },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": {
    background: "none",
    textDecoration: "underline 2px var(--bad)",
  },
  "&.cm-merge-b .cm-changedText": { background: "none", textDecoration: "underline 2px var(--good)" },
  "&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter": { background: "var(--bad)" },
  "&.cm-merge-b .cm-changedLineGutter": { background: "var(--good)" },
  ".cm-collapsedLines": {
    background: "var(--sunken)",
    color: "var(--muted)",
    fontFamily: "var(--font-text)",
  },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: "none" },
  ".cm-scroller": { overflow: "auto" },
});

const named = (label: string): Extension =>
  EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" });
const still: Extension = [reading, colours, EditorState.readOnly.of(true)];

// The code font may arrive after the lines were measured.
function measureAgain(...views: EditorView[]): void {
  void document.fonts.ready.then(() => views.forEach((view) => view.requestMeasure()));
}

// Returns how to take it away.
export function showDifference(host: HTMLElement, sides: Sides, isNarrow: boolean): () => void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren();
  const inside = document.createElement("div");
  root.append(inside);
  const both: Extension = [still, languageOf(sides.path)];
  const collapseUnchanged = { margin: 3, minSize: 6 };
  if (isNarrow) {
    const view = new EditorView({
      doc: sides.after,
      parent: inside,
      root,
      extensions: [
        both,
        named(`${sides.path}: from ${sides.beforeName} to ${sides.afterName}`),
        unifiedMergeView({ original: sides.before, mergeControls: false, collapseUnchanged }),
      ],
    });
    measureAgain(view);
    return () => view.destroy();
  }
  const view = new MergeView({
    a: { doc: sides.before, extensions: [both, named(`${sides.path} in ${sides.beforeName}`)] },
    b: { doc: sides.after, extensions: [both, named(`${sides.path} in ${sides.afterName}`)] },
    parent: inside,
    root,
    collapseUnchanged,
  });
  measureAgain(view.a, view.b);
  return () => view.destroy();
}
