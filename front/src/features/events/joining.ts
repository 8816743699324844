// Taking part, and no longer, each with a way back.
import { api, ask } from "../../api/client";
import { asProblem } from "../../api/problem";
import { toasts } from "../../design/toasts.svelte";

type Reload = () => Promise<void>;

// What undoes something has nowhere else to say that it failed.
const orSay = (act: Promise<void>): void => {
  act.catch((thrown: unknown) => toasts.say(asProblem(thrown).message, { tone: "bad" }));
};

export async function join(event: string, reload: Reload): Promise<void> {
  await ask(api.POST("/api/v1/events/{event}/join", { params: { path: { event } } }));
  await reload();
  toasts.say("You take part in this event", { tone: "good", undo: () => orSay(leave(event, reload)) });
}

export async function leave(event: string, reload: Reload): Promise<void> {
  await ask(api.POST("/api/v1/events/{event}/leave", { params: { path: { event } } }));
  await reload();
  toasts.say("You take part in this event no longer", { undo: () => orSay(join(event, reload)) });
}
