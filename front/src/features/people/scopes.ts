// What a token may be allowed, in words; the server's rules decide in the end.
export const SCOPES = ["read", "submit", "organise", "admin", "worker"] as const;
export type Scope = (typeof SCOPES)[number];

export const SCOPE_WORDS: Record<Scope, string> = {
  read: "See events, boards, people and your submissions",
  submit: "Join events, submit, try out, cancel",
  organise: "Create, change, open and close your events",
  admin: "Everything that administrators may do",
  worker: "Take jobs from the queue and send back results",
};

// The same in a word or two, for lists.
const SHORT: Record<Scope, string> = {
  read: "see",
  submit: "submit",
  organise: "organise events",
  admin: "administer",
  worker: "work for the queue",
};
export const scopesInWords = (scopes: readonly string[]): string =>
  scopes.map((scope) => SHORT[scope as Scope] ?? scope).join(", ");

// What this person can make use of; a scope gives no right that its person does not have.
export function scopesFor(person: { isAdministrator: boolean; mayOrganise: boolean }): Scope[] {
  return SCOPES.filter((scope) => {
    if (scope === "admin" || scope === "worker") return person.isAdministrator;
    return scope === "organise" ? person.mayOrganise : true;
  });
}

// What of a token's scopes has effect for this person, in words.
export function effectInWords(
  scopes: readonly string[],
  person: { isAdministrator: boolean; mayOrganise: boolean },
): string {
  const usable: readonly string[] = scopesFor(person);
  return scopesInWords(scopes.filter((scope) => usable.includes(scope)));
}

export const DAYS = [7, 30, 90, 366] as const;

// A token that ends within a week is worth a word.
export function endsSoon(expires: string, now: number): boolean {
  const rest = Date.parse(expires) - now;
  return rest > 0 && rest < 7 * 86_400_000;
}
