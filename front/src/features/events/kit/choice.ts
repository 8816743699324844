// What somebody chose or dropped: an archive as it is, or a folder's files, to be packed.
export interface Member {
  path: string; // below the folder, with "/"
  file: File;
}
export type Choice =
  | { kind: "archive"; name: string; bytes: number; file: File }
  | { kind: "folder"; name: string; bytes: number; members: Member[]; left: number }; // left: so many are not sent

export const ARCHIVES = [".zip", ".tar.gz", ".tgz", ".tar", ".tar.zst", ".tar.xz", ".tar.bz2"];
const isArchive = (name: string): boolean => ARCHIVES.some((ending) => name.toLowerCase().endsWith(ending));

// What tools leave in folders is no part of a kit.
const LEFT = [/(^|\/)\.[^/]/, /(^|\/)__pycache__\//, /\.py[co]$/, /(^|\/)node_modules\//, /(^|\/)Thumbs\.db$/];
export const isLeft = (path: string): boolean => LEFT.some((one) => one.test(path));

export function folderOf(name: string, found: readonly Member[]): Choice {
  const members = found.filter((one) => !isLeft(one.path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    kind: "folder",
    name,
    bytes: members.reduce((sum, one) => sum + one.file.size, 0),
    members,
    left: found.length - members.length,
  };
}

export const archiveOf = (file: File): Choice => ({ kind: "archive", name: file.name, bytes: file.size, file });

// Of <input type="file">: one archive, or with `webkitdirectory` a folder's files.
export function choiceOf(files: readonly File[]): Choice | undefined {
  const first = files[0];
  if (!first) return undefined;
  if (!first.webkitRelativePath) return archiveOf(first);
  const [name = "folder"] = first.webkitRelativePath.split("/");
  return folderOf(
    name,
    files.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file })),
  );
}

// Of what was dropped on the page.
export async function choiceDropped(data: DataTransfer): Promise<Choice | undefined> {
  const item = [...data.items].find((one) => one.kind === "file");
  const entry = item?.webkitGetAsEntry?.();
  if (entry?.isDirectory) return folderOf(entry.name, await below(entry as FileSystemDirectoryEntry, ""));
  const file = item?.getAsFile() ?? data.files[0];
  return file ? archiveOf(file) : undefined;
}

async function below(folder: FileSystemDirectoryEntry, path: string): Promise<Member[]> {
  const reader = folder.createReader();
  const all: Member[] = [];
  for (;;) {
    // A reader gives some at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    for (const one of some) {
      const its = path + one.name;
      if (one.isDirectory) {
        if (!isLeft(`${its}/`)) all.push(...(await below(one as FileSystemDirectoryEntry, `${its}/`)));
      } else {
        const file = await new Promise<File>((resolve, reject) => (one as FileSystemFileEntry).file(resolve, reject));
        all.push({ path: its, file });
      }
    }
  }
}

const ROOTS = ["problem.py", "kit.toml", "competition.yaml"];

// Why this cannot be a kit, seen before it is sent; the server's check says the rest.
export function whyNoKit(choice: Choice): string {
  const wrong = whyNotSent(choice);
  if (wrong || choice.kind === "archive") return wrong;
  if (choice.members.some((one) => ROOTS.includes(one.path))) return "";
  const deeper = choice.members.find((one) => ROOTS.includes(one.path.split("/").slice(1).join("/")));
  if (deeper) return `The kit lies one folder deeper: choose ${choice.name}/${deeper.path.split("/")[0]}.`;
  return `${choice.name} holds no problem.py: choose the folder that has it at its root.`;
}

export function whyNotSent(choice: Choice): string {
  if (choice.kind === "archive") {
    if (!isArchive(choice.name)) return `${choice.name} is no archive that is known here: choose a zip, a tar.gz, or a folder.`;
    return choice.bytes === 0 ? `${choice.name} is empty.` : "";
  }
  return choice.members.length === 0 ? `${choice.name} holds no files.` : "";
}

// "breast_cancer.tar.gz": "Breast cancer".
export function titleFrom(name: string): string {
  const ending = ARCHIVES.find((one) => name.toLowerCase().endsWith(one)) ?? "";
  const words = name.slice(0, name.length - ending.length).replace(/[-_.\s]+/g, " ").trim();
  return words && words[0]!.toUpperCase() + words.slice(1);
}

export const slugFrom = (title: string): string =>
  title
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "");
