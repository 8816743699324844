// Why a submission failed, in a few words for a list; its own page says it whole.
export interface Reason {
  kind: string;
  phase: string;
  exception_class?: string | null;
}

const KINDS: Record<string, string> = {
  syntax: "no Python",
  exception: "an exception",
  time: "out of time",
  memory: "out of memory",
  output: "too much output",
  processes: "too many processes",
  shape: "another shape",
  dtype: "another type",
  nan: "no numbers",
  kit: "the problem's code",
  machine: "the machine",
};
const PHASES: Record<string, string> = {
  trial: "in the trial",
  prepare: "in preparing",
  fit: "in training",
  predict: "in predicting",
  score: "in scoring",
};

export const shortReason = (reason: Reason): string =>
  `${reason.exception_class ?? KINDS[reason.kind] ?? reason.kind} ${PHASES[reason.phase] ?? reason.phase}`;
