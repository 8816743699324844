import { describe, expect, it } from "vitest";
import { Problem } from "../../api/problem";
import {
  agentName,
  fieldError,
  formProblem,
  passwordRules,
  pause,
  returnAddress,
  signInAddress,
  standingIn,
} from "./rules";

const refusal = (detail: string, fields: { pointer: string; detail: string }[] = []) =>
  new Problem({ status: 400, title: "Bad Request", detail, fields });

describe("the way back after signing in", () => {
  it.each([
    ["/events/moons?tab=board", "/events/moons?tab=board"],
    ["", "/"],
    ["https://elsewhere.example", "/"],
    ["//elsewhere.example", "/"],
    ["/\\elsewhere.example", "/"],
    ["/\t/elsewhere.example", "/"],
    ["/sign-in?to=/sign-in", "/"],
  ])("of %j is %s", (to, way) => expect(returnAddress(new URLSearchParams({ to }))).toBe(way));
  it("is written into the address of the sign-in", () => {
    expect(signInAddress("/people?q=ada")).toBe("/sign-in?to=%2Fpeople%3Fq%3Dada");
    expect(signInAddress("/")).toBe("/sign-in");
  });
});

describe("a refusal", () => {
  const inSentence = refusal("/password: your own name is the first thing to be guessed");
  const inList = refusal("/name: is too long", [{ pointer: "/name", detail: "is too long" }]);
  it("speaks of a field in its sentence or in its list", () => {
    expect(fieldError(inSentence, "password")).toBe("Your own name is the first thing to be guessed.");
    expect(fieldError(inList, "name")).toBe("Is too long.");
    expect(fieldError(inSentence, "name")).toBe("");
    expect(fieldError(undefined, "name")).toBe("");
  });
  it("stands above the form where no field has it", () => {
    expect(formProblem(inSentence, ["password"])).toBeUndefined();
    expect(formProblem(inSentence, ["name"])).toBe(inSentence);
  });
  it.each([
    ["an administrator has to approve this account first: try again later", "pending"],
    ["an administrator refused this account: ask them why", "refused"],
    ["this account is closed: ask an administrator to reopen it", "closed"],
    ["this request does not come from the pages of this center", undefined],
  ])("%j is of the standing %s", (words, standing) => expect(standingIn(words)).toBe(standing));
});

describe("a password", () => {
  const met = (password: string) =>
    passwordRules(password, "ada@example.org", "Ada Lovelace").map((rule) => rule.isMet);
  it.each([
    ["a sentence is good", [true, true, true]],
    ["short", [false, true, true]],
    ["Ada Lovelace", [true, false, true]],
    ["ada-lovelace", [true, false, true]],
    ["ada@example.org", [true, false, true]],
    ["aaaaaaaaaa", [true, true, false]],
    ["1234567890", [true, true, false]],
    ["", [false, false, false]],
  ])("%j meets %j", (password, expected) => expect(met(password)).toEqual(expected));
  it("is counted in characters, not in bytes", () => expect(met("éèàùêîôû")[0]).toBe(true));
});

describe("a pause", () => {
  it.each([
    [5, "5 s"],
    [60, "1 min"],
    [125, "2 min 5 s"],
  ])("of %s s reads %s", (seconds, words) => expect(pause(seconds)).toBe(words));
});

describe("a browser", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
      "Edge on Windows",
    ],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605 Version/17 Safari/605", "Safari on macOS"],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit CriOS/140.0 Safari/604",
      "Chrome on iOS",
    ],
    ["agora/0.1", "agora"],
    ["", "A program that does not say its name"],
  ])("%j is %s", (agent, name) => expect(agentName(agent)).toBe(name));
});
