// Large files, resumable over a lost connection: the tus protocol.
import { asProblem, problemOf, type Problem } from "./problem";

// Returns the upload's id. `signal` gives it up. Throws a Problem.
export async function upload(
  file: Blob & { name?: string },
  onProgress: (sentBytes: number, totalBytes: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const { Upload } = await import("tus-js-client");
  return new Promise((resolve, reject) => {
    const task = new Upload(file, {
      endpoint: "/api/v1/uploads",
      chunkSize: 8 << 20,
      retryDelays: [0, 500, 1000, 3000, 5000, 10_000],
      storeFingerprintForResuming: false,
      metadata: { filename: file.name ?? "files.zip" },
      onProgress,
      onError: (error) => reject(problemIn(error)),
      onSuccess: () => resolve((task.url ?? "").split("/").pop() ?? ""),
    });
    signal?.addEventListener("abort", () => {
      void task.abort(true);
      reject(new DOMException("The upload was given up", "AbortError"));
    });
    task.start();
  });
}

function problemIn(error: Error): Problem {
  const response = (error as { originalResponse?: { getStatus(): number; getBody(): string } | null })
    .originalResponse;
  if (!response) return asProblem(new TypeError(error.message));
  let body: unknown;
  try {
    body = JSON.parse(response.getBody());
  } catch {
    body = {};
  }
  return problemOf(response.getStatus(), body);
}
