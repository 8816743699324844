// What an administrator may do with an account, by its standing.
export type Standing = "pending" | "active" | "refused" | "closed";
export type Decision = "approve" | "refuse" | "close" | "reopen";

interface Offer {
  decision: Decision;
  verb: string; // on the button
  done: (name: string) => string; // what is said afterwards
}
const APPROVE: Offer = { decision: "approve", verb: "Approve", done: (name) => `${name} may sign in now` };
const LET_IN: Offer = { ...APPROVE, verb: "Let in after all" };
const REFUSE: Offer = {
  decision: "refuse",
  verb: "Refuse",
  done: (name) => `${name} is refused; they can still be let in`,
};
const CLOSE: Offer = {
  decision: "close",
  verb: "Close the account",
  done: (name) => `The account of ${name} is closed`,
};
const REOPEN: Offer = { decision: "reopen", verb: "Reopen", done: (name) => `${name} may sign in again` };

export const OFFERS: Record<Standing, Offer[]> = {
  pending: [APPROVE, REFUSE],
  active: [CLOSE],
  refused: [LET_IN],
  closed: [REOPEN],
};
export type { Offer };

// "Ada Lovelace's Team" as a group's name: lower-case letters, digits and -, beginning with a letter.
export function groupName(title: string): string {
  return title
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 64)
    .replace(/-+$/, "");
}
