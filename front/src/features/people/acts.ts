// The audit log's words as people read them. A word that is not here is shown as it is.
export const ACTS: Record<string, string> = {
  "person.sign-up": "made an account",
  "person.approve": "approved an account",
  "person.refuse": "refused an account",
  "person.close": "closed an account",
  "person.reopen": "reopened an account",
  "person.rename": "changed a person's name",
  "password.change": "changed the own password",
  "password.reset": "set a new password with a code",
  "password.reset-issue": "issued a code for a new password",
  "sign-in.failures": "failed to sign in, again and again",
  "token.create": "made a token",
  "token.remove": "removed a token",
  "invitation.create": "made an invitation",
  "invitation.remove": "withdrew an invitation",
  "grant.give": "gave a role",
  "grant.by-invitation": "got a role by an invitation",
  "grant.take": "took a role away",
  "group.create": "made a group",
  "group.remove": "removed a group",
  "group.add-member": "took a person into a group",
  "group.remove-member": "took a person out of a group",
  "settings.change": "changed the settings",
  "event.create": "made an event",
  "event.change": "changed an event",
  "event.open": "opened an event",
  "event.close": "closed an event",
  "event.release": "released an event's results",
  "event.kit": "sent a mended kit",
  "event.rescore": "scored an event again",
  "event.message": "wrote to an event's people",
  "submission.cancel": "cancelled a submission",
  "submission.rerun": "ran a submission again",
};

export const wordsOf = (what: string): string => ACTS[what] ?? what;

// The details of an entry as lines of "name: value"; ids and times stay as they are.
export function detailsOf(details: Record<string, unknown>): { name: string; value: string }[] {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => ({
      name: name.replaceAll("_", " "),
      value: typeof value === "string" ? value : JSON.stringify(value),
    }));
}

interface Entry {
  what: string;
  object: { kind: string; id: string };
  details: Record<string, unknown>;
}
function nameIn({ object, details }: Entry): unknown {
  if (object.kind === "invitation") return `for ${details.email ?? "whoever has the link"}`;
  return details.title ?? details.name;
}
// Names by id, from the entries of their making: what is gone is still called as it was.
export function namesIn(entries: readonly Entry[]): Map<string, string> {
  const made = entries.filter((one) => /^(token|invitation|group)\.create$/.test(one.what));
  return new Map(made.map((one) => [one.object.id, String(nameIn(one) ?? shortId(one.object.id))]));
}

// A page about the object, where there is one.
export function placeOf(object: { kind: string; id: string }): string | undefined {
  if (object.kind === "person") return `/people/${object.id}`;
  if (object.kind === "event") return `/events/${object.id}`;
  if (object.kind === "submission") return `/submissions/${object.id}`;
  if (object.kind === "group") return "/admin/groups";
  return undefined;
}

// The end of a ULID tells two apart; other ids (an address) stay whole.
export const shortId = (id: string): string => (/^[0-9A-Z]{26}$/.test(id) ? id.slice(-6) : id);

export interface Verdict {
  intact: boolean;
  entries: number;
  first_broken?: number;
}
export function verdictInWords({ intact, entries, first_broken }: Verdict): string {
  const all = `${entries.toLocaleString("en")} ${entries === 1 ? "entry is" : "entries are"}`;
  if (intact) return `All is as it was written: the hashes of ${all} good.`;
  return `Entry ${first_broken ?? "?"} is not as it was written: it, or one before it, was changed outside the center. Compare with a backup.`;
}
