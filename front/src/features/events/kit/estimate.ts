// How far an upload is, and how long it will take, from how it went during the last seconds.
import { bytes, seconds } from "../../../text/format";

const LOOK_BACK_MS = 8000;
const SURE_AFTER_MS = 1500;

export class Estimate {
  #marks: { at: number; sent: number }[] = [];

  // Seconds that are left, once there is something to reckon from.
  left(sent: number, total: number, now: number): number | undefined {
    this.#marks.push({ at: now, sent });
    while (this.#marks.length > 2 && now - (this.#marks[1]?.at ?? now) > LOOK_BACK_MS) this.#marks.shift();
    const first = this.#marks[0];
    if (!first || now - first.at < SURE_AFTER_MS || sent <= first.sent) return undefined;
    return ((total - sent) / (sent - first.sent)) * ((now - first.at) / 1000);
  }
}

export function progressWords(sent: number, total: number, left: number | undefined): string {
  const words = `${bytes(sent)} of ${bytes(total)}`;
  if (sent >= total) return `${bytes(total)}, all sent`;
  return left === undefined ? words : `${words}, about ${seconds(Math.max(1, Math.round(left)))} left`;
}
