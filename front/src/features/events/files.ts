// An event's public files: in groups, each with the way it is looked at.
import type { Answer } from "../../api/client";

export type EventFile = Answer<"/api/v1/events/{event}/files">["items"][number];

export interface Group {
  role: EventFile["role"];
  name: string;
  about: string;
  folders: Folder[];
  sizeBytes: number;
  count: number;
}
export interface Folder {
  path: string; // "" is the kit's root
  files: EventFile[];
  sizeBytes: number;
}

const ROLES: [EventFile["role"], string, string][] = [
  ["starter", "Starting submission", "code to begin with"],
  ["data", "Data", "public: to explore, to train on at home, and what the trial of a submission runs on"],
  ["notebook", "Notebooks", "a first look at the data"],
  ["problem", "Problem", "how the data is read, split and scored"],
  ["statement", "Statement", "the overview's text"],
  ["other", "Other files", "what else belongs to the kit"],
];

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const sum = (files: readonly EventFile[]): number => files.reduce((all, file) => all + file.size_bytes, 0);

export function grouped(files: readonly EventFile[]): Group[] {
  return ROLES.map(([role, name, about]) => {
    const mine = files
      .filter((file) => file.role === role)
      .sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
    const folders: Folder[] = [];
    for (const file of mine) {
      const path = folderOf(file.path);
      const folder = folders.find((one) => one.path === path);
      if (folder) folder.files.push(file);
      else folders.push({ path, files: [file], sizeBytes: 0 });
    }
    for (const folder of folders) folder.sizeBytes = sum(folder.files);
    return { role, name, about, folders, sizeBytes: sum(mine), count: mine.length };
  }).filter((group) => group.count > 0);
}

export type Look = "table" | "code" | "markdown" | "notebook" | "image" | "array" | "text" | "none";

const LOOKS: [RegExp, Look][] = [
  [/\.(csv|tsv)(\.gz)?$/i, "table"],
  [/\.py$/i, "code"],
  [/\.(md|markdown)$/i, "markdown"],
  [/\.ipynb$/i, "notebook"],
  [/\.(png|jpe?g|gif|webp|svg|bmp)$/i, "image"],
  [/\.(npy|npz)$/i, "array"],
  [/\.(txt|toml|json|ya?ml|cfg|ini|rst|r|sh|sql|xml|log|bib)$/i, "text"],
  [/(^|\/)(LICENSE|README|Makefile)$/, "text"],
];
export const lookOf = (path: string): Look => LOOKS.find(([ending]) => ending.test(path))?.[1] ?? "none";

export const addressOfFile = (event: string, path: string): string =>
  `/api/v1/events/${encodeURIComponent(event)}/files/${path.split("/").map(encodeURIComponent).join("/")}`;

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
