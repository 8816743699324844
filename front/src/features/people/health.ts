// The health of the center in words.
import { bytes } from "../../text/format";

// What the center uses of the disk that it could use: its own and what is free. Others' files are not its affair.
export function diskOf(disk: { used_bytes: number; free_bytes: number }): { share: number; words: string } {
  const all = disk.used_bytes + disk.free_bytes;
  return {
    share: all > 0 ? disk.used_bytes / all : 0,
    words: `${bytes(disk.used_bytes)} used by the center, ${bytes(disk.free_bytes)} free`,
  };
}

// What the last tidying of the environments came to.
export function tidiedInWords(freedBytes: number): string {
  return freedBytes > 0 ? `${bytes(freedBytes)} freed` : "there was nothing to free";
}

export type Point = { state: "good" | "partly" | "missing" };
// The worst of the points is the whole's.
export function isolationInWords(points: readonly Point[]): Point & { words: string } {
  const missing = points.filter((point) => point.state === "missing").length;
  const partly = points.filter((point) => point.state === "partly").length;
  const things = (n: number): string => (n === 1 ? "1 thing" : `${n} things`);
  if (missing > 0)
    return {
      state: "missing",
      words: `This machine lacks ${things(missing)} for sealing submissions: see the next steps.`,
    };
  if (partly > 0)
    return {
      state: "partly",
      words: `Submissions are sealed; ${things(partly)} could be better on this machine.`,
    };
  return { state: "good", words: "This machine seals submissions in every way that the center knows." };
}
