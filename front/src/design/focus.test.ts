// @vitest-environment jsdom
import { beforeEach, expect, it } from "vitest";
import { refocus, refocusIn } from "./focus";

let part: HTMLElement;
const held = (): string => document.activeElement?.id ?? "";
const soon = (): Promise<void> => new Promise((done) => setTimeout(done));

beforeEach(() => {
  document.body.innerHTML = `<main><h1 id="title" tabindex="-1">Title</h1>
    <div id="part"><button id="join">Join</button></div><button id="other">Other</button></main>`;
  part = document.getElementById("part") as HTMLElement;
  document.getElementById("join")?.focus();
});

it("goes to what replaced the control", async () => {
  part.innerHTML = `<a id="submit" href="/submit">Submit</a>`;
  await refocusIn(part);
  expect(held()).toBe("submit");
});
it("goes to it also when it comes later", async () => {
  await refocusIn(part);
  expect(held()).toBe("join");
  part.innerHTML = `<a id="submit" href="/submit">Submit</a>`;
  await soon();
  expect(held()).toBe("submit");
});
it("goes to the title where nothing replaced it", async () => {
  part.innerHTML = "";
  await refocusIn(part);
  expect(held()).toBe("title");
});
it("stays where the reader put it", async () => {
  document.getElementById("other")?.focus();
  await refocusIn(part);
  part.innerHTML = "";
  await soon();
  expect(held()).toBe("other");
});
it("goes to a named element", async () => {
  part.innerHTML = "";
  await refocus("other");
  expect(held()).toBe("other");
});
