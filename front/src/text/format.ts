// Numbers, times and sizes as people read them.

// A score with the digits that its metric declares; a dash where there is none.
export function score(value: number | null | undefined, precision: number): string {
  if (value === null || value === undefined) return "–";
  if (Math.abs(value) >= 1e6) return value.toExponential(precision);
  return value.toFixed(precision).replace(/^-(0(\.0*)?)$/, "$1").replace("-", "−");
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

// "3 minutes ago", "in 2 days"; under a minute "just now" or "in a moment".
export function ago(instant: string, now: number): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  return seconds > 5 ? "in a moment" : "just now";
}

const absoluteForm = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const zoneForm = new Intl.DateTimeFormat("en", { timeZoneName: "short" });

// In the reader's time zone, which it names.
export function absolute(instant: string): string {
  const at = new Date(instant);
  const zone = zoneForm.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? "";
  return `${absoluteForm.format(at)} ${zone}`.trim();
}

// "0.42 s", "3.1 s", "2 min 5 s", "1 h 4 min".
export function seconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value < 0.0095) return `${Math.max(1, Math.round(value * 1000))} ms`;
  if (value < 1) return `${value.toFixed(2)} s`;
  if (value < 60) return `${value.toFixed(value < 10 ? 1 : 0)} s`;
  if (value < 3600) return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`.replace(" 0 s", "");
  return `${Math.floor(value / 3600)} h ${Math.round((value % 3600) / 60)} min`;
}

// "412 B", "5.2 kB", "1.4 GB": powers of 1000, as disks and networks count.
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const names = ["B", "kB", "MB", "GB", "TB"];
  let i = 0;
  let rest = value;
  while (rest >= 999.5 && i < names.length - 1) {
    rest /= 1000;
    i++;
  }
  return `${i === 0 || rest >= 99.95 ? Math.round(rest) : rest.toFixed(1)} ${names[i]}`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

// A metric as the kit, the commands and the API call it, "roc_auc": one spelling on all pages.
export const metric = (name: string): string => name;

// Words that may follow others, where they stand first: "Closes in 2 days".
export const begun = (words: string): string => words.slice(0, 1).toUpperCase() + words.slice(1);

// The server's words as a sentence of the page: they begin in lower case, as they may follow others.
export function sentence(words: string): string {
  const tidy = words.trim();
  return tidy && begun(tidy) + (/[.?:]$/.test(tidy) ? "" : ".");
}

const dateForm = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const timeForm = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

// The day and the second, in the reader's time zone: for a log.
export function moment(instant: string): { date: string; time: string } {
  const at = new Date(instant);
  return { date: dateForm.format(at), time: timeForm.format(at) };
}
