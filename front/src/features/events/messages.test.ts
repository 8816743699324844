import { expect, it } from "vitest";
import { merged } from "./messages";

const page = { items: [{ id: "C" }, { id: "A" }], next: "A" };

it("puts a message where its time belongs", () =>
  expect(merged(page, { id: "B" }).items.map((one) => one.id)).toEqual(["C", "B", "A"]));
it("takes a message once, though it comes twice", () => expect(merged(page, { id: "C" })).toBe(page));
