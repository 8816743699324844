// A submission and a try as the API gives them, with the parts that its document leaves open.
import type { Schemas } from "../../api/client";

export type State = Schemas["Submission"]["state"];
export type Reason = Schemas["Reason"]; // its folds count from 0
export type Queue = NonNullable<Schemas["Submission"]["queue"]>;

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

export type Submission = Omit<Schemas["Submission"], "scores" | "folds"> & {
  scores?: Record<string, ColumnScores>;
  folds?: Fold[];
};

// What `peak_memory_bytes` is called: it does not count what a run shares with all others.
export const OWN_MEMORY = "Own memory at its peak";
export const OWN_MEMORY_NOTE =
  "Own memory is what the code took itself, beyond the loaded libraries and the data that all runs share.";

export type Try = Schemas["Try"];
export type Figure = NonNullable<Try["figure"]>;
export type Confusion = Extract<Figure, { kind: "confusion" }>;
export type Scatter = Extract<Figure, { kind: "scatter" }>;

export type Column = Schemas["ScoreColumn"];

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

// "two trees #3"; the name that the center gave by itself holds the number already.
export const nameOf = (one: Pick<Submission, "name" | "number">): string =>
  one.name === `submission ${one.number}` ? `Submission ${one.number}` : `${one.name} #${one.number}`;
