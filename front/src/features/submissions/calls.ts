// What the pages of submissions ask of the center.
import { api, ask, everything, onceKey } from "../../api/client";
import { problemOf, unreachable } from "../../api/problem";
import type { paths } from "../../api/schema";
import { upload } from "../../api/upload";
import { contentOf, toSend, totalSize, ownPath, type DraftFile } from "./files";
import type { KeptFile, Submission, Try } from "./types";

export type Log =
  paths["/api/v1/submissions/{submission}/log"]["get"]["responses"][200]["content"]["application/json"];

const BY_JSON_BYTES = 20_000_000; // larger ones go as a resumable upload

export const readSubmission = async (submission: string): Promise<Submission> =>
  (await ask(
    api.GET("/api/v1/submissions/{submission}", { params: { path: { submission } } }),
  )) as Submission;

export const readLog = (submission: string): Promise<Log> =>
  ask(api.GET("/api/v1/submissions/{submission}/log", { params: { path: { submission } } }));

export const readFileList = async (submission: string): Promise<KeptFile[]> =>
  (await ask(api.GET("/api/v1/submissions/{submission}/files", { params: { path: { submission } } }))).items;

export const cancelSubmission = async (submission: string): Promise<Submission> =>
  (await ask(
    api.POST("/api/v1/submissions/{submission}/cancel", { params: { path: { submission } } }),
  )) as Submission;

export const rerunSubmission = async (submission: string): Promise<Submission> =>
  (await ask(
    api.POST("/api/v1/submissions/{submission}/rerun", { params: { path: { submission } } }),
  )) as Submission;

// Those of one event, newest first: a participant's team's, an organiser's all.
export const readSubmissions = (event: string): Promise<Submission[]> =>
  everything(
    async (after) =>
      (await ask(
        api.GET("/api/v1/events/{event}/submissions", {
          params: { path: { event }, query: { limit: 200, after } },
        }),
      )) as { items: Submission[]; next: string | null },
  );

// Of those, mine.
export async function readMine(
  event: { id: string; slug: string },
  organises: boolean,
): Promise<Submission[]> {
  if (!organises) return readSubmissions(event.slug);
  const all = await everything(
    async (after) =>
      (await ask(api.GET("/api/v1/me/submissions", { params: { query: { limit: 200, after } } }))) as {
        items: Submission[];
        next: string | null;
      },
  );
  return all.filter((one) => one.event?.id === event.id);
}

export const fileUrl = (submission: string, path: string): string =>
  `/api/v1/submissions/${submission}/files/${inUrl(path)}`;
const inUrl = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

async function bytesAt(url: string): Promise<Uint8Array> {
  let answer: Response;
  try {
    answer = await globalThis.fetch(url);
  } catch {
    throw unreachable();
  }
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => ({})));
  return new Uint8Array(await answer.arrayBuffer());
}

export const readFile = async (submission: string, path: string): Promise<DraftFile> => ({
  path,
  content: contentOf(await bytesAt(fileUrl(submission, path))),
});

export async function readFiles(submission: string): Promise<DraftFile[]> {
  const list = await readFileList(submission);
  return Promise.all(list.map((file) => readFile(submission, file.path)));
}

// What a newcomer begins with: the starter code of the event's kit.
export async function readStarter(event: string): Promise<DraftFile[]> {
  const list = await ask(api.GET("/api/v1/events/{event}/files", { params: { path: { event } } }));
  const starter = list.items.filter((file) => file.role === "starter");
  return Promise.all(
    starter.map(async (file) => ({
      path: ownPath(file.path),
      content: contentOf(await bytesAt(`/api/v1/events/${event}/files/${inUrl(file.path)}`)),
    })),
  );
}

// A second press, or a second sending after a lost answer, is the same submission: of one key and body.
export interface Sending {
  key: string;
  name: string;
  files: readonly DraftFile[];
  upload?: string; // where they were too large for the body
}
export const sendingOf = (name: string, files: readonly DraftFile[]): Sending => ({
  key: onceKey(),
  name,
  files,
});

export async function handIn(
  event: string,
  sending: Sending,
  onProgress: (share: number) => void,
): Promise<Submission> {
  const { key, name, files } = sending;
  const isLarge = totalSize(files) > BY_JSON_BYTES;
  if (isLarge) sending.upload ??= await uploaded(files, onProgress);
  const what = isLarge ? { upload: sending.upload } : { files: toSend(files) };
  return (await ask(
    api.POST("/api/v1/events/{event}/submissions", {
      params: { path: { event }, header: { "Idempotency-Key": key } },
      body: { ...(name ? { name } : {}), ...what },
    }),
  )) as Submission;
}

async function uploaded(files: readonly DraftFile[], onProgress: (share: number) => void): Promise<string> {
  const { zipSync, strToU8 } = await import("fflate");
  const entries = files.map(({ path, content }) => [
    path,
    typeof content === "string" ? strToU8(content) : content,
  ]);
  const zip = zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>, { level: 1 });
  const file = new File([zip as Uint8Array<ArrayBuffer>], "submission.zip", { type: "application/zip" });
  return upload(file, (sent, total) => onProgress(total ? sent / total : 0));
}

export const startTry = (event: string, files: readonly DraftFile[]): Promise<Try> =>
  ask(
    api.POST("/api/v1/events/{event}/tries", { params: { path: { event } }, body: { files: toSend(files) } }),
  );

export const readTry = (id: string): Promise<Try> =>
  ask(api.GET("/api/v1/tries/{try}", { params: { path: { try: id } } }));

export const cancelTry = (id: string): Promise<Try> =>
  ask(api.POST("/api/v1/tries/{try}/cancel", { params: { path: { try: id } } }));

export const join = (event: string): Promise<unknown> =>
  ask(api.POST("/api/v1/events/{event}/join", { params: { path: { event } } }));
