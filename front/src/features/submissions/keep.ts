// Drafts in the browser's own database: per event and person, they outlive a reload and a lost connection.
import type { DraftFile } from "./files";

export interface Base {
  kind: "starter" | "submission" | "files";
  submission?: string; // id
  number?: number;
}
export interface KeptDraft {
  files: DraftFile[];
  name: string;
  base: Base;
  savedAt: number; // milliseconds
}

const STORE = "drafts";
export const STRANGER = "stranger";
export const draftKey = (person: string | undefined, event: string): string =>
  `${person ?? STRANGER}/${event}`;

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("agora", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("the browser keeps no drafts"));
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const asked = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("the browser did not keep the draft"));
  });
}

export const readDraft = (key: string): Promise<KeptDraft | undefined> =>
  run("readonly", (store) => store.get(key) as IDBRequest<KeptDraft | undefined>);
export const writeDraft = (key: string, draft: KeptDraft): Promise<IDBValidKey> =>
  run("readwrite", (store) => store.put(draft, key));
export const dropDraft = (key: string): Promise<undefined> => {
  dropLate(key);
  return run("readwrite", (store) => store.delete(key));
};

// A page that goes away takes an unfinished transaction with it. What was typed last is kept aside, in one
// stroke, until the database has it; only texts of a common size.
const LATE_MOST = 500_000; // characters
const lateKey = (key: string): string => `agora.late.${key}`;

const lengthOf = ({ content }: DraftFile): number => (typeof content === "string" ? content.length : Infinity);

export function keepLate(key: string, draft: KeptDraft): void {
  try {
    if (draft.files.reduce((sum, file) => sum + lengthOf(file), 0) <= LATE_MOST) localStorage.setItem(lateKey(key), JSON.stringify(draft));
  } catch {
    // The database may still have it.
  }
}
export function dropLate(key: string): void {
  try {
    localStorage.removeItem(lateKey(key));
  } catch {
    // None was kept.
  }
}
export function readLate(key: string): KeptDraft | undefined {
  try {
    return JSON.parse(localStorage.getItem(lateKey(key)) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

async function readNewest(key: string): Promise<KeptDraft | undefined> {
  const kept = await readDraft(key);
  const late = readLate(key);
  if (!late || late.savedAt <= (kept?.savedAt ?? 0)) return kept;
  await writeDraft(key, late);
  dropLate(key);
  return late;
}

// Written before signing in: goes over to the person who then signs in, unless that one has a draft here.
export async function readDraftOf(person: string | undefined, event: string): Promise<KeptDraft | undefined> {
  const own = await readNewest(draftKey(person, event));
  if (own || !person) return own;
  const strangers = await readNewest(draftKey(undefined, event));
  if (strangers) {
    await writeDraft(draftKey(person, event), strangers);
    await dropDraft(draftKey(undefined, event));
  }
  return strangers;
}

// "Draft kept 3 s ago"
export function keptWords(savedAt: number, now: number): string {
  const passed = Math.max(0, Math.round((now - savedAt) / 1000));
  if (passed < 2) return "Draft kept just now";
  if (passed < 60) return `Draft kept ${passed} s ago`;
  if (passed < 3600) return `Draft kept ${Math.floor(passed / 60)} min ago`;
  if (passed < 86_400) return `Draft kept ${Math.floor(passed / 3600)} h ago`;
  return `Draft kept ${Math.floor(passed / 86_400)} d ago`;
}
