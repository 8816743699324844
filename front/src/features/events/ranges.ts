// Parts of a file, without the rest of it.
import { Gunzip } from "fflate";
import { joined } from "./arrays";
import { problemOf, unreachable } from "../../api/problem";

export interface Part {
  bytes: Uint8Array;
  isWhole: boolean;
}

async function get(url: string, range: string | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, range ? { headers: { Range: `bytes=${range}` } } : {});
  } catch {
    throw unreachable();
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => ({}));
  throw problemOf(response.status, body, response.headers.get("Retry-After"));
}

const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());

// The first `most` bytes of a file that is `size` long.
export async function beginOf(url: string, size: number, most: number): Promise<Part> {
  if (size <= most) return { bytes: await bytesOf(await get(url, undefined)), isWhole: true };
  return { bytes: (await bytesOf(await get(url, `0-${most - 1}`))).subarray(0, most), isWhole: false };
}

export async function part(url: string, begin: number, length: number): Promise<Uint8Array> {
  const response = await get(url, `${begin}-${begin + length - 1}`);
  const bytes = await bytesOf(response);
  return response.status === 206 ? bytes : bytes.subarray(begin, begin + length);
}

// Gunzips as far as the bytes go: a part of a file ends in the middle.
export function gunzipped(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  const gunzip = new Gunzip((one) => parts.push(one));
  gunzip.push(bytes, false);
  return joined(parts);
}
