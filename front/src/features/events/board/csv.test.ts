import { expect, it } from "vitest";
import { csvOf } from "./csv";
import type { Column, Placed } from "./rows";

const columns: Column[] = [{ name: "acc", precision: 2, is_lower_the_better: false, official: true }];
const placed = (team: string): Placed => ({
  rank: 1,
  row: {
    rank: 1, submission_id: "1", number: 2, name: 'the "last", really', team: { id: "t", name: team },
    scores: { acc: { valid: 0.912345678, test: 0.9 } }, fit_seconds: 0.5, predict_seconds: null,
    created_at: "2026-03-01T12:00:00Z",
  },
});

it("quotes what needs it and keeps numbers exact", () => {
  expect(csvOf([placed("Ada")], columns, false)).toBe(
    "rank,team,submission,number,acc,fit_seconds,predict_seconds,created_at\r\n" +
      '1,Ada,"the ""last"", really",2,0.912345678,0.5,,2026-03-01T12:00:00Z\r\n',
  );
});
it("holds both parts after the release", () => {
  expect(csvOf([placed("Ada")], columns, true)).toContain("number,acc test,acc,fit");
});
it("makes no formula of a team's name", () => {
  expect(csvOf([placed("=1+1")], columns, false)).toContain("\r\n1,'=1+1,");
});
