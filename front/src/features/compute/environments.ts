// Environments in words, and the lines of a log as they come in.
import type { Schemas } from "../../api/client";
import { count } from "../../text/format";

export type Environment = Schemas["Environment"];
export type Kind = Environment["kind"];

export const KINDS: Record<Kind, string> = {
  requirements: "requirements.txt",
  pyproject: "pyproject.toml",
  conda: "environment.yml of conda",
  modules: "modules of this site",
  prefix: "a folder that stands on the server",
};

// By the name of a file that was dropped; undefined where it is none of those.
export function kindOf(name: string): Kind | undefined {
  if (name.endsWith("pyproject.toml")) return "pyproject";
  if (/\.ya?ml$/.test(name)) return "conda";
  if (/\.(txt|in|lock)$/.test(name)) return "requirements";
  return undefined;
}

// "requirements.txt" of the folder "spectra" says nothing: then the name is left to the person.
export function nameFrom(file: string): string {
  const stem = file.replace(/\.[^.]*$/, "").toLowerCase();
  if (["requirements", "environment", "pyproject", "env"].includes(stem)) return "";
  return stem.replace(/[^a-z0-9._-]+/g, "-").replace(/^[^a-z0-9]+|-+$/g, "").slice(0, 64);
}

// How its state looks: the word of the API, in the shapes of all states.
export function lookOf(environment: Pick<Environment, "state" | "is_checking">): { state: string; word: string } {
  if (environment.is_checking) return { state: "checking", word: "being checked" };
  const looks = { building: "checking", ready: "good", failed: "failed", retired: "closed" };
  return { state: looks[environment.state], word: environment.state };
}

// What its test found, in few words.
export function smokeOf(smoke: Environment["smoke"]): { state: string; word: string } | undefined {
  if (!smoke) return undefined;
  if (smoke.passed) return { state: "passed", word: "tested" };
  if (smoke.failed > 0) return { state: "failed", word: `${count(smoke.failed, "module")} failed` };
  return { state: "failed", word: "its fit failed" };
}

export interface Lines {
  first: number;
  lines: string[];
}
// Lines say which ones they are: what is told twice is placed once, and an attempt that begins anew begins at 0.
export function withLines(log: string[], told: Lines): string[] {
  return [...log.slice(0, told.first), ...told.lines];
}

export const linesOf = (text: string): string[] => (text ? text.replace(/\n$/, "").split("\n") : []);

export function found(packages: NonNullable<Environment["packages"]>, words: string): typeof packages {
  const wanted = words.trim().toLowerCase();
  return wanted ? packages.filter((one) => one.name.toLowerCase().includes(wanted)) : packages;
}
