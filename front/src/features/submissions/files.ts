// The files of a submission while they are being written: what may be named how, what came in, what goes out.

export type Content = string | Uint8Array; // text, or bytes that are none
export interface DraftFile {
  path: string;
  content: Content;
}

export const MOST_FILES = 1000;
export const MOST_BYTES = 64_000_000;
const LONGEST_PATH = 200; // bytes, as the server counts

// Why a file cannot be called so, "" where it can.
export function whyNoPath(path: string, taken: readonly string[] = []): string {
  if (path === "") return "Give the file a name, such as helpers.py.";
  if (new TextEncoder().encode(path).length > LONGEST_PATH)
    return `A path has at most ${LONGEST_PATH} characters.`;
  if (path.split("/").some((part) => !/^[\w.-]+$/.test(part) || part === "." || part === ".."))
    return "A path is made of letters, digits, _, . and -, with / between folders.";
  if (taken.includes(path)) return `There is a file ${path} already.`;
  return "";
}

export function put(files: readonly DraftFile[], path: string, content: Content): DraftFile[] {
  if (!files.some((file) => file.path === path)) return [...files, { path, content }];
  return files.map((file) => (file.path === path ? { path, content } : file));
}

export const without = (files: readonly DraftFile[], path: string): DraftFile[] =>
  files.filter((file) => file.path !== path);

export const renamed = (files: readonly DraftFile[], from: string, to: string): DraftFile[] =>
  files.map((file) => (file.path === from ? { ...file, path: to } : file));

// What must be there comes first, in the problem's order; then the others by name.
export function inOrder(files: readonly DraftFile[], elements: readonly string[]): DraftFile[] {
  const rank = (path: string): number => {
    const at = elements.indexOf(path);
    return at < 0 ? elements.length : at;
  };
  return [...files].sort((a, b) => rank(a.path) - rank(b.path) || a.path.localeCompare(b.path));
}

export const missing = (files: readonly DraftFile[], elements: readonly string[]): string[] =>
  elements.filter((path) => !files.some((file) => file.path === path));

export const sizeOf = (content: Content): number =>
  typeof content === "string" ? new TextEncoder().encode(content).length : content.length;
export const totalSize = (files: readonly DraftFile[]): number =>
  files.reduce((sum, file) => sum + sizeOf(file.content), 0);

// Text where the bytes are UTF-8 without NUL.
export function contentOf(bytes: Uint8Array): Content {
  if (bytes.includes(0)) return bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

export const isSame = (a: Content, b: Content): boolean =>
  typeof a === "string" || typeof b === "string"
    ? a === b
    : a.length === b.length && a.every((byte, i) => byte === b[i]);

export function areSame(a: readonly DraftFile[], b: readonly DraftFile[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((file) => {
    const other = b.find((one) => one.path === file.path);
    return other !== undefined && isSame(file.content, other.content);
  });
}

// What no submission needs: folders of tools, compiled Python, the marks of operating systems.
const isLitter = (path: string): boolean =>
  path.split("/").some((part) => part.startsWith(".") || part === "__pycache__" || part === "__MACOSX") ||
  path.endsWith(".pyc") ||
  path.endsWith("/");

// Files as they came from a folder or an archive: without litter and without the folder around all of them.
export function tidied(files: readonly DraftFile[], elements: readonly string[]): DraftFile[] {
  let kept = files.filter((file) => !isLitter(file.path));
  while (kept.length > 0 && missing(kept, elements).length > 0) {
    const top = kept[0]?.path.split("/")[0] ?? "";
    if (!kept.every((file) => file.path.startsWith(`${top}/`))) break;
    kept = kept.map((file) => ({ ...file, path: file.path.slice(top.length + 1) }));
  }
  return kept;
}

// Kits keep starter code, and cells what was handed in, as submissions/NAME/FILE; its author calls it FILE.
export const ownPath = (path: string): string => path.replace(/^submissions\/[^/]+\//, "");

export interface SentFile {
  path: string;
  content: string;
  encoding: "utf-8" | "base64";
}

export function toSend(files: readonly DraftFile[]): SentFile[] {
  return files.map(({ path, content }) =>
    typeof content === "string"
      ? { path, content, encoding: "utf-8" }
      : { path, content: toBase64(content), encoding: "base64" },
  );
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

// The server's refusal of a file, set beside that file: "classifier.py:3: error: ... (next step)".
export interface Placed {
  path: string;
  line: number; // 0: of the whole file
  text: string;
}
export function placed(message: string, files: readonly string[]): Placed | null {
  const exact = /^"?([\w./-]+)"?(?::(\d+))?: (?:error|warning): (.*)$/s.exec(message);
  if (exact?.[1] && files.includes(exact[1]))
    return { path: exact[1], line: Number(exact[2] ?? 0), text: exact[3] ?? message };
  const named = files.filter((path) => new RegExp(`(^|[\\s"])${escaped(path)}($|[\\s":,])`).test(message));
  return named.length === 1 ? { path: named[0] as string, line: 0, text: message } : null;
}
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
