// Short words at the page's edge after an act, with a way back where there is one.
export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "good" | "bad";
  undo?: () => void;
}

class Toasts {
  all = $state.raw<Toast[]>([]);
  #next = 1;

  say(text: string, how: { tone?: Toast["tone"]; undo?: () => void; milliseconds?: number } = {}): void {
    const toast: Toast = { id: this.#next++, text, tone: how.tone ?? "plain", undo: how.undo };
    this.all = [...this.all, toast];
    setTimeout(() => this.drop(toast.id), how.milliseconds ?? (how.undo ? 10_000 : 5000));
  }
  drop(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}
export const toasts = new Toasts();
