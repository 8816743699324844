// The draft of a submission: what it holds, kept in the browser as one types.
import { areSame, missing, put, renamed, without, type Content, type DraftFile } from "./files";
import {
  draftKey,
  dropDraft,
  dropLate,
  keepLate,
  readDraftOf,
  writeDraft,
  type Base,
  type KeptDraft,
} from "./keep";

const PAUSE_MS = 400; // of typing, before it is kept

export class Draft {
  files = $state.raw<DraftFile[]>([]);
  name = $state("");
  base = $state.raw<Base>({ kind: "starter" });
  savedAt = $state<number>();
  whyNotKept = $state("");
  isLoaded = $state(false);
  #key: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly person: string | undefined,
    private readonly event: string,
  ) {
    this.#key = draftKey(person, event);
  }

  // Whether there was one.
  async load(): Promise<boolean> {
    let kept: KeptDraft | undefined;
    try {
      kept = await readDraftOf(this.person, this.event);
    } catch {
      this.whyNotKept = "This browser keeps no drafts: take a copy of what you write.";
    }
    if (kept) this.#take(kept);
    this.isLoaded = true;
    return kept !== undefined;
  }

  // What it begins with; nothing has been typed yet, so nothing needs keeping.
  begin(files: DraftFile[], base: Base): void {
    this.#take({ files, name: "", base, savedAt: 0 });
    this.savedAt = undefined;
  }

  edit(path: string, content: Content): void {
    this.#change(put(this.files, path, content));
  }
  call(name: string): void {
    this.name = name;
    this.#keepSoon();
  }
  rename(from: string, to: string): void {
    this.#change(renamed(this.files, from, to));
  }
  remove(path: string): () => void {
    const back = this.#snapshot();
    this.#change(without(this.files, path));
    return back;
  }
  merge(files: readonly DraftFile[]): () => void {
    const back = this.#snapshot();
    this.#change(files.reduce((all, file) => put(all, file.path, file.content), this.files));
    return back;
  }
  replace(files: DraftFile[], base: Base, name = ""): () => void {
    const back = this.#snapshot();
    this.base = base;
    this.name = name;
    this.#change(files);
    return back;
  }

  isSameAs(files: readonly DraftFile[]): boolean {
    return areSame(this.files, files);
  }
  missing(elements: readonly string[]): string[] {
    return missing(this.files, elements);
  }

  // It was handed in: what is edited next begins from that submission.
  async handedIn(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await dropDraft(this.#key).catch(() => {});
  }

  // Before the page goes away.
  flush(): void {
    if (this.#timer === undefined) return;
    keepLate(this.#key, this.#kept(Date.now()));
    void this.#keep();
  }

  #snapshot(): () => void {
    const { files, name, base } = this;
    return () => {
      this.base = base;
      this.name = name;
      this.#change(files);
    };
  }
  #kept(savedAt: number): KeptDraft {
    return { files: this.files, name: this.name, base: { ...this.base }, savedAt };
  }
  #take(kept: KeptDraft): void {
    this.files = kept.files;
    this.name = kept.name;
    this.base = kept.base;
    this.savedAt = kept.savedAt;
  }
  #change(files: DraftFile[]): void {
    this.files = files;
    this.#keepSoon();
  }
  #keepSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep(), PAUSE_MS);
  }
  async #keep(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const savedAt = Date.now();
    try {
      await writeDraft(this.#key, this.#kept(savedAt));
      dropLate(this.#key);
      this.savedAt = savedAt;
      this.whyNotKept = "";
    } catch {
      this.whyNotKept = "The browser did not keep this draft: take a copy of what you write.";
    }
  }
}
