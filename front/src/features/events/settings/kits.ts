// What the kit says by itself, from its public files.
import { api, ask } from "../../../api/client";
import { Problem } from "../../../api/problem";
import { addressOfFile } from "../files";
import { beginOf } from "../ranges";

export async function kitsStatement(event: string): Promise<string> {
  const { items } = await ask(api.GET("/api/v1/events/{event}/files", { params: { path: { event } } }));
  const file = items.find((one) => one.role === "statement");
  if (!file)
    throw new Problem({
      status: 0,
      title: "No statement",
      detail: "The kit has no statement of its own. Write one here.",
    });
  const { bytes } = await beginOf(addressOfFile(event, file.path), file.size_bytes, file.size_bytes);
  return new TextDecoder().decode(bytes);
}
