// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it } from "vitest";
import { arrive } from "./arrival";

let main: HTMLElement;
let stop = (): void => {};
const show = (html: string): void => void (main.innerHTML = html);
const held = (): string => document.activeElement?.id || document.activeElement?.tagName || "";
const soon = (): Promise<void> => new Promise((done) => setTimeout(done));

beforeEach(() => {
  document.body.innerHTML = `<nav><a id="link" href="/a">A</a></nav><main id="main" tabindex="-1"></main>`;
  main = document.getElementById("main") as HTMLElement;
});
afterEach(() => stop());

it("goes from a link to the title", () => {
  document.getElementById("link")?.focus();
  show("<h1>Title</h1>");
  stop = arrive(main, document.activeElement);
  expect(held()).toBe("H1");
});
it("waits for a title that comes later", async () => {
  show("<p>Reading</p>");
  stop = arrive(main, document.body);
  expect(held()).toBe("main");
  show("<h1>Title</h1>");
  await soon();
  expect(held()).toBe("H1");
});
it("goes to the new title where the old one was taken away", async () => {
  show(`<h1 id="old">Old</h1>`);
  stop = arrive(main, document.body);
  show(`<h1 id="new">New</h1>`);
  await soon();
  expect(held()).toBe("new");
});
it("stays on a tab", () => {
  show(`<h1>Title</h1><nav data-tabs><a id="tab" href="/b">B</a></nav>`);
  document.getElementById("tab")?.focus();
  stop = arrive(main, document.activeElement);
  expect(held()).toBe("tab");
});
it("stays where the page itself put it", () => {
  document.getElementById("link")?.focus();
  const before = document.activeElement;
  show(`<h1>Title</h1><input id="name" />`);
  document.getElementById("name")?.focus();
  stop = arrive(main, before);
  expect(held()).toBe("name");
});
it("leaves the reader alone who went on", async () => {
  show("<p>Reading</p>");
  stop = arrive(main, document.body);
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Tab" }));
  show("<h1>Title</h1>");
  (document.activeElement as HTMLElement).blur();
  await soon();
  expect(held()).toBe("BODY");
});
