// Where one may go and what one may do from everywhere: the bars and the palette are made from this list.
import type { IconName } from "../design/Icon.svelte";
import { session } from "./session.svelte";

export interface Destination {
  name: string;
  short?: string; // where there is no room: six stand side by side at the bottom of a phone
  href: string;
  icon: IconName;
  words?: string; // more words that find it
  inBar?: boolean;
  shows?: () => boolean;
}

const signedIn = (): boolean => session.me !== undefined;

export const destinations: Destination[] = [
  { name: "Home", href: "/", icon: "home", words: "start now" },
  { name: "Events", href: "/events", icon: "flag", inBar: true, words: "challenges ramps boards" },
  { name: "People", href: "/people", icon: "people", inBar: true, shows: signedIn, words: "find scientists" },
  { name: "Docs", href: "/docs", icon: "book", inBar: true, words: "help first steps guide api" },
  { name: "New event", href: "/events/new", icon: "plus", shows: () => session.mayOrganise, words: "create kit" },
  {
    name: "Environments",
    href: "/environments",
    icon: "folder",
    shows: signedIn,
    words: "packages python compute conda requirements",
  },
  { name: "Notifications", href: "/notifications", icon: "bell", shows: signedIn },
  { name: "My profile", href: "/me", icon: "person", shows: signedIn, words: "name password settings" },
  { name: "My submissions", href: "/me/submissions", icon: "chart", shows: signedIn },
  { name: "My tokens", href: "/me/tokens", icon: "key", shows: signedIn, words: "command line api" },
  {
    name: "Administration",
    short: "Admin",
    href: "/admin",
    icon: "gear",
    inBar: true,
    shows: () => session.isAdministrator,
  },
  {
    name: "Accounts",
    href: "/admin/people",
    icon: "people",
    shows: () => session.isAdministrator,
    words: "people approvals waiting passwords",
  },
  { name: "Settings of the center", href: "/admin/settings", icon: "gear", shows: () => session.isAdministrator },
  { name: "Audit log", href: "/admin/audit", icon: "eye", shows: () => session.isAdministrator },
  { name: "Health of the center", href: "/admin/health", icon: "pulse", shows: () => session.isAdministrator },
  { name: "Sign in", href: "/sign-in", icon: "key", shows: () => !signedIn() },
  { name: "Sign up", href: "/sign-up", icon: "plus", shows: () => !signedIn(), words: "account join" },
  { name: "Parts of these pages", href: "/design", icon: "wand", words: "design components" },
];

export const visible = (all: readonly Destination[]): Destination[] =>
  all.filter((one) => one.shows?.() ?? true);
