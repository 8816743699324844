// Times between the API's UTC and the reader's own clock, as <input type="datetime-local"> has them.
const two = (n: number): string => String(n).padStart(2, "0");

export function toLocal(instant: string | null | undefined): string {
  if (!instant) return "";
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return "";
  const day = `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const minutes = `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.getSeconds() === 0 ? minutes : `${minutes}:${two(at.getSeconds())}`;
}

export function fromLocal(text: string): string | null {
  if (!text) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString().replace(".000Z", "Z");
}

// "Europe/Paris (GMT+1)".
export function zoneName(at = new Date()): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const part = new Intl.DateTimeFormat("en", { timeZoneName: "shortOffset" })
    .formatToParts(at)
    .find((one) => one.type === "timeZoneName");
  return part && part.value !== zone ? `${zone} (${part.value})` : zone;
}
