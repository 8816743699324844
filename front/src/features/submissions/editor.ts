// CodeMirror as the pages use it, in a shadow root: there its style sheets are adopted ones, which the policy
// of the pages allows. Loaded when somebody edits.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField, type Extension, type Transaction } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  WidgetType,
  type DecorationSet,
} from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

export interface Mark {
  line: number; // from 1
  note: string;
}

const highlight = HighlightStyle.define([
  { tag: [t.keyword, t.bool, t.null, t.self], color: "var(--accent)", fontWeight: "600" },
  { tag: [t.string, t.special(t.string)], color: "var(--good)" },
  { tag: t.number, color: "var(--warn)" },
  { tag: t.comment, color: "var(--muted)", fontStyle: "italic" },
  {
    tag: [t.definition(t.variableName), t.function(t.definition(t.variableName)), t.className],
    fontWeight: "600",
  },
  { tag: t.invalid, color: "var(--bad)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--raised)", fontSize: "var(--size-14)" },
  "&.cm-focused": { outline: "none" }, // Editor.svelte frames it, over the gutter too
  ".cm-scroller": { fontFamily: "var(--font-code)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { padding: "var(--space-8) 0", caretColor: "var(--accent)" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--muted)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--accent-soft) 40%, transparent)",
  },
  ".cm-activeLineGutter": { color: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "& .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 28%, transparent) !important",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--accent)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--warn)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "var(--space-8)", fontFamily: "var(--font-text)" },
  ".cm-panel.cm-search label": { fontSize: "var(--size-12)" },
  ".cm-textfield": {
    border: "1px solid var(--edge)",
    borderRadius: "var(--radius)",
    backgroundColor: "var(--raised)",
    color: "var(--text)",
    fontSize: "var(--size-14)",
  },
  ".cm-button": {
    border: "1px solid var(--edge)",
    borderRadius: "var(--radius)",
    background: "var(--raised)",
    color: "var(--text)",
    fontSize: "var(--size-12)",
  },
  ".cm-panel.cm-search [name=close]": {
    color: "var(--text)",
    fontSize: "var(--size-20)",
    minWidth: "1.5rem",
  },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    backgroundColor: "var(--raised)",
    color: "var(--text)",
    boxShadow: "var(--shadow-2)",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-code)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--on-accent)" },
  ".cm-marked": { backgroundColor: "var(--bad-soft)", boxShadow: "inset 3px 0 var(--bad)" },
  ".cm-mark-note": {
    marginLeft: "2em",
    color: "var(--bad)",
    fontFamily: "var(--font-text)",
    fontSize: "var(--size-12)",
    fontWeight: "600",
  },
});

class Note extends WidgetType {
  constructor(private readonly text: string) {
    super();
  }
  override eq(other: Note): boolean {
    return other.text === this.text;
  }
  override toDOM(): HTMLElement {
    const note = document.createElement("span");
    note.className = "cm-mark-note";
    note.textContent = this.text;
    return note;
  }
}

const setMark = StateEffect.define<Mark | null>();
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, change) {
    let next = shown.map(change.changes);
    for (const effect of change.effects) if (effect.is(setMark)) next = decorated(change.state, effect.value);
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorated(state: EditorState, mark: Mark | null): DecorationSet {
  if (!mark || mark.line < 1 || mark.line > state.doc.lines) return Decoration.none;
  const line = state.doc.line(mark.line);
  const all = [Decoration.line({ class: "cm-marked" }).range(line.from)];
  if (mark.note) all.push(Decoration.widget({ widget: new Note(mark.note), side: 1 }).range(line.to));
  return Decoration.set(all);
}

export function languageOf(path: string): Extension {
  if (path.endsWith(".py")) return [python(), indentUnit.of("    ")];
  return path.endsWith(".json") ? json() : [];
}

export const reading: Extension = [lineNumbers(), syntaxHighlighting(highlight), theme, drawSelection()];

// What is typed over a selection is not left to the browser: it would keep the look of what was there by
// elements with a style of their own, which the policy of the pages refuses.
const overSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main, ranges } = view.state.selection;
    const text = event.data;
    if (event.inputType !== "insertText" || !text || view.composing) return false;
    if (main.empty || ranges.length > 1) return false;
    const typed = (): Transaction =>
      view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((take) => take(view, main.from, main.to, text, typed))) view.dispatch(typed());
    return true;
  },
});

const writing: Extension = [
  reading,
  overSelection,
  history(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  highlightSelectionMatches(),
  search({ top: true }),
  marks,
  // Ctrl+Enter and the like are the page's, which takes them first. Escape, then Tab leaves the editor.
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...completionKeymap,
    indentWithTab,
  ]),
];

export class CodeEditor {
  #view: EditorView;
  #states = new Map<string, EditorState>(); // a file keeps its undo history and its place
  #marks = new Map<string, string>(); // what was marked last: from then on it moves with its line
  #path = "";

  constructor(
    host: HTMLElement,
    private readonly changed: (path: string, text: string) => void,
  ) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    root.replaceChildren();
    const inside = document.createElement("div");
    inside.style.height = "100%";
    root.append(inside);
    this.#view = new EditorView({ parent: inside, root });
  }

  // Another file, or the same with a text that came from elsewhere.
  show(path: string, text: string, mark: Mark | null): void {
    if (path !== this.#path) {
      if (this.#path) this.#states.set(this.#path, this.#view.state);
      this.#path = path;
      this.#view.setState(this.#states.get(path) ?? this.#fresh(path, text));
    }
    const shown = this.#view.state.doc.toString();
    if (shown !== text) this.#view.dispatch({ changes: { from: 0, to: shown.length, insert: text } });
    const marked = JSON.stringify(mark);
    if (marked !== (this.#marks.get(path) ?? "null")) this.#view.dispatch({ effects: setMark.of(mark) });
    this.#marks.set(path, marked);
  }

  goTo(line: number): void {
    const { doc } = this.#view.state;
    const { from } = doc.line(Math.min(Math.max(1, line), doc.lines));
    this.#view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
    this.#view.focus();
  }

  find(): void {
    openSearchPanel(this.#view);
  }

  destroy(): void {
    this.#view.destroy();
  }

  #fresh(path: string, text: string): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        writing,
        languageOf(path),
        EditorView.contentAttributes.of({
          tabindex: "0",
          "aria-label": `Code of ${path}`,
          "aria-description": "Tab indents. Escape, then Tab leaves the editor.",
          spellcheck: "false",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.changed(path, update.state.doc.toString());
        }),
      ],
    });
  }
}
