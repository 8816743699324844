import { describe, expect, it } from "vitest";
import { addressOfFile, grouped, lookOf, type EventFile } from "./files";

const file = (path: string, role: EventFile["role"], size = 10): EventFile => ({
  path,
  role,
  size_bytes: size,
  sha256: "ab",
});

describe("files", () => {
  it("stand in groups and folders, the code to begin with first", () => {
    const groups = grouped([
      file("data/images/10.png", "data"),
      file("data/images/2.png", "data", 5),
      file("data/train.csv", "data"),
      file("submissions/starting_kit/classifier.py", "starter"),
      file("problem.py", "problem"),
    ]);
    expect(groups.map((group) => [group.name, group.count, group.sizeBytes])).toEqual([
      ["Starting submission", 1, 10],
      ["Data", 3, 25],
      ["Problem", 1, 10],
    ]);
    expect(groups[1]?.folders.map((folder) => [folder.path, folder.files.map((one) => one.path)])).toEqual([
      ["data/images", ["data/images/2.png", "data/images/10.png"]],
      ["data", ["data/train.csv"]],
    ]);
  });
  it.each([
    ["data/train.csv", "table"],
    ["data/train.csv.gz", "table"],
    ["data/train.csv.bz2", "none"],
    ["problem.py", "code"],
    ["kit.toml", "text"],
    ["LICENSE", "text"],
    ["a.npz", "array"],
    ["first_look.ipynb", "notebook"],
    ["data/a.bin", "none"],
  ])("%s is looked at as %s", (path, look) => expect(lookOf(path)).toBe(look));
  it("have addresses that hold any name", () =>
    expect(addressOfFile("moons", "data/a b#1.csv")).toBe("/api/v1/events/moons/files/data/a%20b%231.csv"));
});
