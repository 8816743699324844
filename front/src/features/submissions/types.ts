// A submission and a try as the API gives them, with the parts that its document leaves open.
import type { Schemas } from "../../api/client";

export type State = "received" | "trial" | "queued" | "running" | "scored" | "failed" | "cancelled";

export interface Reason {
  kind: string;
  phase: "trial" | "prepare" | "fit" | "predict" | "score";
  fold?: number; // from 0
  exception_class?: string;
  file?: string;
  line?: number;
  message?: string;
  next_step: string;
}

export interface Queue {
  place: number;
  ahead: number;
  wait_seconds?: number;
}

export interface ColumnScores {
  train_mean?: number | null;
  train_std?: number | null;
  valid_mean?: number | null;
  valid_std?: number | null;
  bagged_valid?: number | null;
  test_mean?: number | null;
  test_std?: number | null;
  bagged_test?: number | null;
}

export type FoldScores = Record<string, number | null>;
export interface Fold {
  train: FoldScores;
  valid: FoldScores;
  test?: FoldScores;
}

export interface Submission {
  id: string;
  number: number;
  name: string;
  event?: { id: string; slug?: string };
  team: { id: string; name: string };
  author: { id: string; handle: string; name: string };
  state: State;
  reason?: Reason;
  queue?: Queue;
  progress: { folds_done: number; folds: number };
  scores?: Record<string, ColumnScores>;
  official: string | null;
  folds?: Fold[];
  fit_seconds?: number;
  predict_seconds?: number;
  peak_memory_bytes?: number;
  size_bytes: number;
  code_hash: string;
  created_at: string;
  started_at?: string;
  ended_at?: string;
}

export type Try = Schemas["Try"];
export type Figure = NonNullable<Try["figure"]>;
export type Confusion = Extract<Figure, { kind: "confusion" }>;
export type Scatter = Extract<Figure, { kind: "scatter" }>;

export interface Column {
  name: string;
  precision: number;
  is_lower_the_better: boolean;
}

export interface Output {
  output: string;
  traceback?: string;
}
export interface Log {
  trial: Output;
  hidden?: Output;
}

export interface KeptFile {
  path: string;
  size_bytes: number;
  sha256: string;
}

export const hasEnded = (state: State): boolean => ["scored", "failed", "cancelled"].includes(state);
export const tryHasEnded = (one: Try): boolean => ["passed", "failed", "cancelled"].includes(one.state);

// What ranks: the score of the bag of the folds.
export const officialScore = (one: Submission): number | null =>
  one.scores?.[one.official ?? ""]?.bagged_valid ?? null;

// "two trees (#3)"; the name that the center gave by itself holds the number already.
export const nameOf = (one: Pick<Submission, "name" | "number">): string =>
  one.name === `submission ${one.number}` ? `Submission ${one.number}` : `${one.name} (#${one.number})`;
