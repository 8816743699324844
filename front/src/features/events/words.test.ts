import { describe, expect, it } from "vitest";
import { rulesInWords, waysToStart } from "./words";

const event = {
  folds: 5,
  is_practice: false,
  is_trusted: false,
  quota: { per_day: 20, failures_per_day: 1 },
};

describe("the rules in words", () => {
  it("say what is hidden, and how much one may submit", () =>
    expect(rulesInWords(event)).toEqual([
      "Code is trained and scored 5 times, on 5 folds of the data.",
      "Submissions are trained and scored on hidden data, which never leaves the center.",
      "Of the run on hidden data one sees scores, and where code failed: not what it printed.",
      "A team may have 20 submissions scored a day, and 1 failure on hidden data; a day begins at 00:00 UTC.",
    ]));
  it("of a practice event speak of no hidden data", () =>
    expect(rulesInWords({ ...event, is_practice: true }).join(" ")).not.toContain("hidden data"));
});

describe("the lines to begin with", () => {
  it("name the center, the event and the client", () => {
    const [terminal, python] = waysToStart(
      "moons",
      "https://c.example",
      "https://c.example/api/v1/client/a.whl",
    );
    expect(terminal?.text.split("\n").slice(0, 3)).toEqual([
      "pip install https://c.example/api/v1/client/a.whl",
      "agora login https://c.example",
      "agora start moons && cd moons",
    ]);
    expect(python?.text).toContain('agora.load_data("moons")');
  });
  it("leave the client out where there is none", () =>
    expect(waysToStart("moons", "https://c.example", undefined)[0]?.text).toMatch(/^agora login/));
});
