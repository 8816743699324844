// A choice on its way to the center: packed where it is a folder, then sent. Keeps what was sent, so that a
// second try does not send it again.
import { upload } from "../../../api/upload";
import type { Choice } from "./choice";
import { Estimate, progressWords } from "./estimate";
import { pack } from "./pack";

export class Sending {
  stage = $state<"rest" | "packing" | "sending" | "sent">("rest");
  share = $state(0);
  words = $state("");
  #stop: AbortController | undefined;
  #sent: { choice: Choice; id: string } | undefined;

  get isBusy(): boolean {
    return this.stage === "packing" || this.stage === "sending";
  }

  // The upload's id. Throws a Problem, or an AbortError where it was given up.
  async send(choice: Choice): Promise<string> {
    if (this.#sent?.choice === choice) return this.#sent.id;
    this.#stop = new AbortController();
    try {
      const file = choice.kind === "archive" ? choice.file : await this.#pack(choice, this.#stop.signal);
      const id = await this.#upload(file, this.#stop.signal);
      this.#sent = { choice, id };
      this.stage = "sent";
      return id;
    } catch (thrown) {
      this.stage = "rest";
      throw thrown;
    }
  }

  giveUp(): void {
    this.#stop?.abort();
  }

  // The center has taken it: the same upload cannot be used twice.
  forget(): void {
    this.#sent = undefined;
    this.stage = "rest";
  }

  #pack(choice: Choice & { kind: "folder" }, signal: AbortSignal): Promise<File> {
    this.stage = "packing";
    const show = (done: number): void => {
      this.share = done / Math.max(1, choice.bytes);
      this.words = progressWords(done, choice.bytes, undefined);
    };
    show(0);
    return pack(choice.name, choice.members, show, signal);
  }

  #upload(file: File, signal: AbortSignal): Promise<string> {
    this.stage = "sending";
    this.share = 0;
    this.words = progressWords(0, file.size, undefined);
    const estimate = new Estimate();
    return upload(
      file,
      (sent, total) => {
        this.share = sent / Math.max(1, total);
        this.words = progressWords(sent, total, estimate.left(sent, total, performance.now()));
      },
      signal,
    );
  }
}

export const isGivenUp = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === "AbortError";
