// What one may do next with an event, by its state and one's part in it; and which tabs one sees.
export interface Standing {
  slug: string;
  state: string;
  mine?: { is_participant: boolean; is_organiser: boolean };
}

export type Act = { kind: "join" } | { kind: "go"; name: string; href: string };

const before = (state: string): boolean => state === "ready" || state === "open";

// The one primary action; none where there is nothing to do but read.
export function firstAct(event: Standing, isSignedIn: boolean): Act | undefined {
  const at = `/events/${event.slug}`;
  const { state, mine } = event;
  if (!isSignedIn)
    return before(state) ? { kind: "go", name: "Sign in to join", href: `/sign-in?to=${at}` } : undefined;
  if (mine?.is_participant && state === "open") return { kind: "go", name: "Submit", href: `${at}/submit` };
  if (mine?.is_organiser && !mine.is_participant)
    // What organisers do next stands in tabs of its own; only an event that waits for its times waits for one act.
    return state === "ready"
      ? { kind: "go", name: "Set when it opens", href: `/events/new?event=${event.slug}` }
      : state === "refused"
        ? { kind: "go", name: "Upload the changed kit", href: `/events/new?event=${event.slug}` }
        : undefined;
  if (!mine?.is_participant && before(state)) return { kind: "join" };
  return state === "closed" || state === "released"
    ? { kind: "go", name: "See the board", href: `${at}/board` }
    : undefined;
}

export interface TabRow {
  path: string; // in the address; "" is the overview
  name: (event: Standing) => string;
  file: string; // the component, by its path from this folder
  shows: (event: Standing, isSignedIn: boolean) => boolean;
  hasPrimary?: (event: Standing) => boolean; // a primary action of its own, so that the head's is a plain one
}

const isChecked = (event: Standing): boolean => event.state !== "checking" && event.state !== "refused";
const isOrganiser = (event: Standing): boolean => event.mine?.is_organiser ?? false;
const always = (): boolean => true;
const isInside = (event: Standing): boolean => isOrganiser(event) || (event.mine?.is_participant ?? false);

// Why somebody does not see a part that there is, in words; undefined where there is none of that name.
export function whyNotShown(path: string, event: Standing): { title: string; text: string } | undefined {
  if (!tabRows.some((row) => row.path === path)) return undefined;
  if (!isChecked(event) && path !== "cockpit" && path !== "settings")
    return { title: "Not here yet", text: "It comes when the event's kit has passed its check." };
  if (path === "submissions")
    return { title: "No submissions of yours yet", text: "Join the event, and what you submit is shown here." };
  if (path === "people")
    return { title: "The people are for those who signed in", text: "An account of this center is enough." };
  return { title: "This part is for the event's organisers", text: "One of them can make you one." };
}

export const tabRows: TabRow[] = [
  { path: "", name: () => "Overview", file: "./OverviewTab.svelte", shows: () => true },
  { path: "data", name: () => "Data", file: "./DataTab.svelte", shows: isChecked, hasPrimary: always },
  {
    path: "submit",
    name: () => "Submit",
    file: "../submissions/SubmitTab.svelte",
    shows: isChecked, // it tells others how to take part
    hasPrimary: always,
  },
  {
    path: "submissions",
    name: (event) => (isOrganiser(event) ? "Submissions" : "My submissions"),
    file: "../submissions/MySubmissionsTab.svelte",
    shows: (event) => isChecked(event) && isInside(event),
  },
  { path: "board", name: () => "Board", file: "./BoardTab.svelte", shows: isChecked },
  {
    path: "people",
    name: () => "People",
    file: "./PeopleTab.svelte",
    shows: (_event, isSignedIn) => isSignedIn,
  },
  {
    path: "messages",
    name: () => "Messages",
    file: "./MessagesTab.svelte",
    shows: () => true,
    hasPrimary: isOrganiser, // who writes them
  },
  {
    path: "cockpit",
    name: () => "Cockpit",
    file: "./CockpitTab.svelte",
    shows: isOrganiser,
    hasPrimary: always,
  },
  {
    path: "settings",
    name: () => "Settings",
    file: "./SettingsTab.svelte",
    shows: isOrganiser,
    hasPrimary: always,
  },
];
