import { expect, it } from "vitest";
import { shortReason } from "./reasons";

it("says what and when", () => {
  expect(shortReason({ kind: "exception", phase: "trial", exception_class: "ValueError" })).toBe("ValueError in the trial");
  expect(shortReason({ kind: "time", phase: "fit" })).toBe("out of time in training");
  expect(shortReason({ kind: "new_kind", phase: "new_phase", exception_class: null })).toBe("new_kind new_phase");
});
