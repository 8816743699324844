import { expect, test } from "vitest";
import { found, kindOf, linesOf, lookOf, nameFrom, smokeOf, withLines } from "./environments";

test("a file's name says its kind", () => {
  expect(kindOf("environment.yml")).toBe("conda");
  expect(kindOf("gpu.yaml")).toBe("conda");
  expect(kindOf("pyproject.toml")).toBe("pyproject");
  expect(kindOf("requirements-dev.txt")).toBe("requirements");
  expect(kindOf("setup.py")).toBeUndefined();
});

test("a name is taken from a file that has one", () => {
  expect(nameFrom("environment.yml")).toBe("");
  expect(nameFrom("Spectra 2024.yml")).toBe("spectra-2024");
  expect(nameFrom("_x_.txt")).toBe("x_");
});

test("states keep their words", () => {
  expect(lookOf({ state: "ready", is_checking: false })).toEqual({ state: "good", word: "ready" });
  expect(lookOf({ state: "ready", is_checking: true }).word).toBe("being checked");
  expect(lookOf({ state: "building", is_checking: false }).state).toBe("checking");
});

test("a test that failed says how many modules did", () => {
  const smoke = { passed: false, at: "", seconds: 1, packages: 2, modules: 3, failed: 2, fit: "", fit_error: "" };
  expect(smokeOf(smoke)?.word).toBe("2 modules failed");
  expect(smokeOf({ ...smoke, failed: 0, fit_error: "no" })?.word).toBe("its fit failed");
  expect(smokeOf({ ...smoke, passed: true, failed: 0 })?.state).toBe("passed");
  expect(smokeOf(null)).toBeUndefined();
});

test("lines are placed once, and a new attempt begins anew", () => {
  let log = withLines([], { first: 0, lines: ["a", "b"] });
  log = withLines(log, { first: 2, lines: ["c"] });
  expect(log).toEqual(["a", "b", "c"]);
  expect(withLines(log, { first: 1, lines: ["b", "c"] })).toEqual(["a", "b", "c"]);
  expect(withLines(log, { first: 0, lines: ["again"] })).toEqual(["again"]);
});

test("a text is its lines", () => {
  expect(linesOf("")).toEqual([]);
  expect(linesOf("a\nb\n")).toEqual(["a", "b"]);
});

test("packages are found by a part of their name", () => {
  const packages = [{ name: "numpy", version: "1" }, { name: "scikit-learn", version: "1" }];
  expect(found(packages, " LEARN")).toHaveLength(1);
  expect(found(packages, "")).toHaveLength(2);
});
