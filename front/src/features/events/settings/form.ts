// What an organiser changes of an event: the form's fields, what of them is to be sent, and what to do when
// somebody else changed the event meanwhile.
import type { Schemas } from "../../../api/client";
import { fromLocal, toLocal } from "./zone";

type Event = Schemas["Event"];

export interface Form {
  title: string;
  summary: string;
  statement: string;
  opens_at: string; // as <input type="datetime-local"> has it; empty: none
  closes_at: string;
  per_day: number;
  failures_per_day: number;
  is_trusted: boolean;
}
export type FieldName = keyof Form;

export const NAMES: Record<FieldName, string> = {
  title: "Title",
  summary: "Summary",
  statement: "Statement",
  opens_at: "Opens",
  closes_at: "Closes",
  per_day: "Submissions a day",
  failures_per_day: "Failures a day",
  is_trusted: "Trusted",
};
const FIELDS = Object.keys(NAMES) as FieldName[];

export const formOf = (event: Event): Form => ({
  title: event.title,
  summary: event.summary ?? "",
  statement: event.statement ?? "",
  opens_at: toLocal(event.opens_at),
  closes_at: toLocal(event.closes_at),
  per_day: event.quota.per_day,
  failures_per_day: event.quota.failures_per_day,
  is_trusted: event.is_trusted,
});

export const changedFields = (base: Form, now: Form): FieldName[] => FIELDS.filter((name) => base[name] !== now[name]);

// The body of the PATCH: the changed fields alone, so that nothing else is written over. A statement that is the
// kit's own (`kits`, where it is known) goes on being the kit's.
export function changesIn(base: Form, now: Form, kits?: string): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const name of changedFields(base, now))
    changes[name] = name === "opens_at" || name === "closes_at" ? fromLocal(now[name]) : now[name];
  if (changes["statement"] === kits && kits !== undefined) changes["statement"] = null;
  return changes;
}

// What is wrong before it is sent, by field.
export function wrongIn(form: Form): Partial<Record<FieldName, string>> {
  const wrong: Partial<Record<FieldName, string>> = {};
  if (!form.title.trim()) wrong.title = "An event has a title.";
  for (const name of ["per_day", "failures_per_day"] as const) {
    const count = form[name];
    if (!Number.isInteger(count) || count < 1 || count > 10_000) wrong[name] = "A whole number from 1 to 10,000.";
  }
  if (form.opens_at && form.closes_at && form.closes_at <= form.opens_at)
    wrong.closes_at = "It closes after it opens: choose a later time.";
  return wrong;
}

export interface Change {
  field: FieldName;
  mine: Form[FieldName]; // as the form has it
  theirs: Form[FieldName];
  isMineToo: boolean; // both changed it, to different values
}

// What somebody else changed since `base` was read.
export function theirChanges(base: Form, mine: Form, theirs: Form): Change[] {
  return changedFields(base, theirs)
    .filter((field) => mine[field] !== theirs[field])
    .map((field) => ({ field, mine: mine[field], theirs: theirs[field], isMineToo: mine[field] !== base[field] }));
}

// Theirs, with my own changes on top: what neither touched twice needs no question.
export function merged(base: Form, mine: Form, theirs: Form): Form {
  const form: Form = { ...theirs };
  for (const field of changedFields(base, mine)) Object.assign(form, { [field]: mine[field] });
  return form;
}

export function told(field: FieldName, value: Form[FieldName]): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === "") return "none";
  if (field === "opens_at" || field === "closes_at") return String(value).replace("T", " ");
  const text = String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
