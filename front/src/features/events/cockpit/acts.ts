// What an organiser may do with an event in its state, and what each means.
import type { Event } from "../tab";

export interface Choice {
  act: "open" | "close" | "reopen" | "release";
  name: string;
  means: string;
  isFinal: boolean; // cannot be undone: asks for the slug
}

const OPEN: Choice = {
  act: "open",
  name: "Open the event",
  means:
    "When you open it, everybody sees the event, and participants may submit from that moment. It can be closed at any time; that it has opened stays.",
  isFinal: false,
};
const CLOSE: Choice = {
  act: "close",
  name: "Close the event",
  means: "When you close it, no more submissions are taken; what waits or runs is still scored. It can be opened again until the test scores are released.",
  isFinal: false,
};
const REOPEN: Choice = {
  act: "reopen",
  name: "Open it again",
  means: "When you open it again, participants may submit, without an end until you set one in the settings.",
  isFinal: false,
};
const RELEASE: Choice = {
  act: "release",
  name: "Release the test scores",
  means:
    "When you release them, everybody sees the scores on the test part, and the board is ranked by them. The event is over for good: this cannot be undone.",
  isFinal: true,
};

export function choicesIn(event: Pick<Event, "state" | "is_practice">): Choice[] {
  if (event.state === "ready") return [OPEN];
  if (event.state === "open") return [CLOSE];
  if (event.state === "closed") return [REOPEN, RELEASE];
  return [];
}

// How it stands now, before what may be done with it.
export function standsAs(state: Event["state"]): string {
  if (state === "ready") return "The event has not opened yet.";
  if (state === "open") return "The event is open.";
  if (state === "closed") return "The event is closed: no more submissions are taken.";
  return "";
}

// Why there is nothing to choose.
export function whyNone(state: Event["state"]): string {
  if (state === "checking") return "The kit is being checked. When it has passed, the event can be opened.";
  if (state === "refused") return "The kit was refused, so the event cannot be opened. Mend what the findings name, and upload the kit again.";
  if (state === "released") return "The test scores are released and the event is over.";
  return "";
}
