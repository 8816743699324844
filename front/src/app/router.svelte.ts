// Where the reader is, and how to go elsewhere. A page is found in routes.ts; links are plain <a href>.
import { parse } from "regexparam";
import { tick, type Component } from "svelte";

export type Parameters = Record<string, string>;
// A page gets what its pattern names: { event: "breast-masses" }.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Page = Component<any>;

export interface Route {
  pattern: string; // "/events/:event/:tab?"
  load: () => Promise<{ default: Page }>;
}

export interface Found {
  route: Route;
  parameters: Parameters;
}

export function find(routes: readonly Route[], path: string): Found | undefined {
  for (const route of routes) {
    const { pattern, keys } = parse(route.pattern);
    const match = pattern.exec(path);
    if (!match) continue;
    const parameters: Parameters = {};
    keys.forEach((key, i) => {
      const value = match[i + 1];
      if (value !== undefined) parameters[key] = decodeURIComponent(value);
    });
    return { route, parameters };
  }
  return undefined;
}

class Place {
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));
}
export const place = new Place();

const scrolls = new Map<number, number>(); // by entry of the history
let entry: number = (history.state as { entry?: number } | null)?.entry ?? 0;
let newest = entry;

function arrive(): void {
  place.path = location.pathname;
  place.query = new URLSearchParams(location.search);
}

// Leaves unless a guard objects: a page with unsaved work sets one.
type Guard = () => boolean;
let guard: Guard | undefined;
export function guardLeaving(asks: Guard): () => void {
  guard = asks;
  return () => {
    if (guard === asks) guard = undefined;
  };
}

export function go(to: string, how: { replace?: boolean } = {}): void {
  const url = new URL(to, location.href);
  if (url.pathname !== location.pathname && guard && !guard()) return;
  scrolls.set(entry, window.scrollY);
  const isSamePage = url.pathname === location.pathname;
  if (how.replace) {
    history.replaceState({ entry }, "", url);
  } else {
    entry = ++newest;
    history.pushState({ entry }, "", url);
  }
  arrive();
  if (!isSamePage) window.scrollTo(0, 0);
  if (url.hash) void tick().then(() => document.getElementById(url.hash.slice(1))?.scrollIntoView());
}

// What the view shows beside the path (sort, filter) stands in the address; an empty value takes it out.
export function setQuery(changes: Record<string, string | null | undefined>, how = { replace: true }): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  go(location.pathname + (text ? `?${text}` : ""), how);
}

function takeClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest("a");
  if (!link?.href || link.target || link.hasAttribute("download")) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (url.pathname === location.pathname && url.hash) return; // the browser scrolls
  event.preventDefault();
  go(url.href);
}

export function startRouter(): () => void {
  const back = (event: PopStateEvent): void => {
    scrolls.set(entry, window.scrollY);
    entry = (event.state as { entry?: number } | null)?.entry ?? 0;
    arrive();
    const top = scrolls.get(entry) ?? 0;
    void tick().then(() => window.scrollTo(0, top));
  };
  document.addEventListener("click", takeClick);
  window.addEventListener("popstate", back);
  return () => {
    document.removeEventListener("click", takeClick);
    window.removeEventListener("popstate", back);
  };
}
