import { expect, it } from "vitest";
import { asOrganised } from "./organised";

interface Listed {
  id: string;
  mine?: { is_participant: boolean; is_organiser: boolean };
}
const event = (id: string, is_organiser: boolean): Listed => ({ id, mine: { is_participant: false, is_organiser } });

it("an administrator organises what is theirs, not all that they may manage", () => {
  const all: Listed[] = [event("a", true), event("b", true), event("c", false), { id: "d" }];
  const organised = asOrganised(all, new Set(["b", "c"]));
  expect(organised.map((one) => one.mine?.is_organiser)).toEqual([false, true, false, undefined]);
  expect(asOrganised(all, undefined)).toEqual(all);
});
