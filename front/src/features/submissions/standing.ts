// Whether one may submit here and now, and what to say where one may not.
import type { Schemas } from "../../api/client";
import { absolute, count } from "../../text/format";

export type EventFacts = Pick<Schemas["Event"], "state" | "opens_at" | "closes_at" | "quota" | "mine">;

export interface Standing {
  maySubmit: boolean;
  mayTry: boolean;
  act: "sign-in" | "join" | null; // the one step that is missing
  isAside?: boolean; // it is not what one is here for: an organiser need not take part
  title: string; // "" where nothing stands in the way
  text: string;
}

const no = (title: string, text: string, act: Standing["act"] = null, mayTry = false): Standing => ({
  maySubmit: false,
  mayTry,
  act,
  title,
  text,
});

export function standingOf(event: EventFacts, isSignedIn: boolean): Standing {
  const isIn = event.mine?.is_participant ?? false;
  const organises = event.mine?.is_organiser ?? false;
  switch (event.state) {
    case "checking":
      return no("The problem is being checked", "Code can be tried and submitted once its check has passed.");
    case "refused":
      return no("The problem was refused", "The event takes no code until its organiser has mended the kit.");
    case "ready":
      return no(
        "Not open yet",
        event.opens_at
          ? `Opens ${absolute(event.opens_at)}. What you write here is kept until then.`
          : "Its organiser has set no opening time. What you write here is kept.",
        null,
        organises,
      );
    case "closed":
    case "released":
      return no(
        event.state === "closed" ? "Closed" : "Over, and its results are out",
        isIn || organises
          ? "It takes no more submissions. You can still try code on the public data."
          : "It takes no more submissions; its board and its files stay open to read.",
        null,
        isIn || organises,
      );
  }
  if (!isSignedIn) return no("Sign in to submit", "What you write here is kept in this browser.", "sign-in");
  if (!isIn) {
    const why = no(
      "Join to submit",
      (organises ? "You may try code without it. " : "") +
        "Joining gives you a team of your own and a place on the board.",
      "join",
      organises,
    );
    return { ...why, isAside: organises };
  }
  if ((event.mine?.left_today ?? 0) <= 0)
    return no(
      "Today's submissions are used up",
      `Your team may be scored ${count(event.quota.per_day, "time")} a day. Trying costs nothing.`,
      null,
      true,
    );
  return { maySubmit: true, mayTry: true, act: null, title: "", text: "" };
}
