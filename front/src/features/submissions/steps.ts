// The state of a submission as a line of steps: received, trial, folds, scored.
import { count, seconds } from "../../text/format";
import { hasEnded, type Queue, type Submission } from "./types";

export type StepState = "done" | "now" | "ahead" | "bad" | "left"; // left: it ended before this
export interface Step {
  name: string;
  state: StepState;
  detail: string;
  cells?: CellState[]; // one per fold
}
export type CellState = "done" | "now" | "ahead" | "bad";

// "queued at place 3, about 40 s"
export function queueWords(queue: Queue | undefined): string {
  if (!queue) return "waits for its turn";
  const wait =
    queue.wait_seconds && queue.wait_seconds >= 1 ? `, about ${seconds(Math.ceil(queue.wait_seconds))}` : "";
  return queue.place <= 1 && queue.ahead === 0
    ? `next in the queue${wait}`
    : `queued at place ${queue.place}${wait}`;
}

const NAMES = ["Received", "Trial", "Folds", "Scored"] as const;

// Where it is, or where it ended: 0 received, 1 trial, 2 folds, 3 scored.
function reached(one: Submission): number {
  switch (one.state) {
    case "received":
      return 0;
    case "trial":
      return 1;
    case "queued":
    case "running":
      return 2;
    case "scored":
      return 3;
  }
  const phase = one.reason?.phase;
  if (phase === "trial") return 1;
  if (phase === "score") return 3;
  if (phase || one.progress.folds_done > 0) return 2;
  return one.state === "cancelled" && !one.started_at ? 0 : 1;
}

function cellsOf(one: Submission, at: number): CellState[] {
  const { folds, folds_done: done } = one.progress;
  const failed = one.state === "failed" && at === 2 ? (one.reason?.fold ?? done) : -1;
  return Array.from({ length: folds }, (_, fold) => {
    if (fold === failed) return "bad";
    if (fold < done || one.state === "scored") return "done";
    return one.state === "running" && fold === done ? "now" : "ahead";
  });
}

function foldsDetail(one: Submission, at: number, now: number): string {
  const { folds, folds_done: done } = one.progress;
  if (at < 2) return "on hidden data";
  if (one.state === "queued") return queueWords(one.queue);
  if (one.state === "running" && done >= folds && folds > 0) return "all trained, being scored";
  const left = one.state === "running" ? secondsLeft(one, now) : null;
  return `${done} of ${folds} on hidden data${left === null ? "" : `, about ${seconds(left)} left`}`;
}

// From the pace of the folds so far; null before the first.
export function secondsLeft(one: Submission, now: number): number | null {
  const { folds, folds_done: done } = one.progress;
  if (!one.started_at || done === 0 || done >= folds) return null;
  const elapsed = (now - Date.parse(one.started_at)) / 1000;
  return elapsed > 0 ? Math.ceil((elapsed / done) * (folds - done)) : null;
}

export function stepsOf(one: Submission, now: number): Step[] {
  const at = reached(one);
  const stopped = one.state === "failed" || one.state === "cancelled";
  const stateOf = (i: number): StepState => {
    if (i < at || one.state === "scored") return "done";
    if (i > at) return stopped ? "left" : "ahead";
    return one.state === "failed" ? "bad" : one.state === "cancelled" ? "left" : "now";
  };
  const details = [
    one.state === "received" ? queueWords(one.queue) : "",
    at >= 1 ? "on public data" : "on public data, costs nothing",
    foldsDetail(one, at, now),
    "",
  ];
  return NAMES.map((name, i) => ({
    name,
    state: stateOf(i),
    detail: (i === at && one.state === "cancelled" ? "cancelled here" : details[i]) ?? "",
    ...(i === 2 ? { cells: cellsOf(one, at) } : {}),
  }));
}

// One sentence for a live region: said when it changes.
export function words(one: Submission): string {
  switch (one.state) {
    case "received":
    case "queued":
      return capital(queueWords(one.queue));
    case "trial":
      return "Being tried on public data";
    case "running":
      return `Fold ${Math.min(one.progress.folds_done + 1, one.progress.folds)} of ${one.progress.folds}`;
    default:
      return one.state === "scored"
        ? `Scored over ${count(one.progress.folds, "fold")}`
        : `It has ${wordFor(one.state)}`;
  }
}
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const wordFor = (state: string): string => (state === "cancelled" ? "been cancelled" : "failed");

export const isAtWork = (one: Submission): boolean => !hasEnded(one.state);
