// What the pages about accounts decide: where to go, what a refusal means, what a password still lacks.
import type { Problem } from "../../api/problem";
import { sentence } from "../../text/format";

// Where somebody goes after signing in: a place of this center, never another site.
export function returnAddress(query: URLSearchParams): string {
  const to = query.get("to") ?? "";
  const isOwn = /^\/(?![/\\])/.test(to) && !/[\t\r\n]/.test(to) && !/^\/(sign-in|sign-up)\b/.test(to);
  return isOwn ? to : "/";
}

// "/sign-in" with the way back to `path`.
export function signInAddress(path: string): string {
  return path === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(path)}`;
}

// The server names a field in a list, or begins its one sentence with it: "/password: a password has ...".
export function fieldError(problem: Problem | undefined, field: string): string {
  if (!problem) return "";
  const start = `/${field}: `;
  const words =
    problem.of(field) || (problem.message.startsWith(start) ? problem.message.slice(start.length) : "");
  return words ? sentence(words) : "";
}

// What is left to say above the form when its fields have said theirs.
export function formProblem(problem: Problem | undefined, fields: string[]): Problem | undefined {
  return problem && fields.every((field) => !fieldError(problem, field)) ? problem : undefined;
}

// The way to an account, as the center's settings have it.
export const ACCOUNTS = {
  open: "Make an account",
  approved: "Ask for an account",
  invited: "I have an invitation",
};

export type Standing = "pending" | "refused" | "closed";
// Which standing a refusal to sign in speaks of.
export function standingIn(refusal: string): Standing | undefined {
  if (/approve/.test(refusal)) return "pending";
  if (/refused/.test(refusal)) return "refused";
  if (/closed/.test(refusal)) return "closed";
  return undefined;
}

export interface Rule {
  words: string;
  isMet: boolean;
}
const plain = (text: string): string => text.trim().toLowerCase();
const letters = (text: string): string =>
  plain(text)
    .normalize("NFD")
    .replace(/[^a-z0-9]/g, "");

// The center's rules that can be looked at while one types. It alone knows which passwords are guessed first.
export function passwordRules(password: string, email: string, name: string): Rule[] {
  const length = [...password].length;
  const own = [plain(email), plain(email).split("@")[0] ?? "", plain(name)].filter(Boolean);
  const isOwn =
    own.includes(plain(password)) || (letters(name) !== "" && letters(password) === letters(name));
  return [
    { words: "8 to 128 characters; a sentence is good", isMet: length >= 8 && length <= 128 },
    { words: "Not your name or address", isMet: length > 0 && !isOwn },
    {
      words: "Not one character over and over, nor digits alone",
      isMet: length > 0 && new Set(password).size > 1 && !(/^\d*$/.test(password) && length < 16),
    },
  ];
}

// "42 s", "2 min 5 s" for a pause that counts down.
export function pause(seconds: number): string {
  const rest = seconds % 60;
  if (seconds < 60) return `${seconds} s`;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

// "Firefox on Linux" from what a browser says of itself; programs keep their own word.
export function agentName(agent: string): string {
  const first = (table: [RegExp, string][]): string | undefined =>
    table.find(([sign]) => sign.test(agent))?.[1];
  const browser = first([
    [/Edg(e|A|iOS)?\//, "Edge"],
    [/OPR\//, "Opera"],
    [/(Firefox|FxiOS)\//, "Firefox"],
    [/(Chrome|CriOS|Chromium)\//, "Chrome"],
    [/Safari\//, "Safari"],
  ]);
  const system = first([
    [/Android/, "Android"],
    [/(iPhone|iPad)/, "iOS"],
    [/Windows/, "Windows"],
    [/Mac OS X/, "macOS"],
    [/(Linux|X11)/, "Linux"],
  ]);
  if (browser) return system ? `${browser} on ${system}` : browser;
  return agent.split(/[/ ]/)[0] || "A program that does not say its name";
}
