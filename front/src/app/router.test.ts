// @vitest-environment jsdom
import { expect, it, vi } from "vitest";
import { find, go, guardLeaving, place, setQuery, type Route } from "./router.svelte";

window.scrollTo = vi.fn() as never;
const load = (): never => {
  throw new Error("not loaded here");
};
const routes: Route[] = [
  { pattern: "/events/new", load },
  { pattern: "/events/:event", load },
  { pattern: "/events/:event/:tab", load },
];

it("takes the first route that fits", () => {
  expect(find(routes, "/events/new")?.route.pattern).toBe("/events/new");
  expect(find(routes, "/events/moons")?.parameters).toEqual({ event: "moons" });
  expect(find(routes, "/events/moons/board")?.parameters).toEqual({ event: "moons", tab: "board" });
});
it("decodes what a path names", () =>
  expect(find(routes, "/events/a%20b")?.parameters).toEqual({ event: "a b" }));
it("knows no route for other paths", () => expect(find(routes, "/elsewhere")).toBeUndefined());

it("goes, and keeps the view in the address", () => {
  go("/events/moons/board");
  setQuery({ sort: "-nll", of: "all" });
  expect(location.pathname + location.search).toBe("/events/moons/board?sort=-nll&of=all");
  setQuery({ of: null });
  expect(place.query.get("of")).toBeNull();
  expect(place.query.get("sort")).toBe("-nll");
});
it("stays where a guard objects", () => {
  go("/events/moons");
  const free = guardLeaving(() => false);
  go("/events/suns");
  expect(place.path).toBe("/events/moons");
  free();
  go("/events/suns");
  expect(place.path).toBe("/events/suns");
});
