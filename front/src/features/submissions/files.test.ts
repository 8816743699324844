import { describe, expect, it } from "vitest";
import {
  areSame,
  contentOf,
  inOrder,
  missing,
  placed,
  put,
  renamed,
  tidied,
  toSend,
  whyNoPath,
  ownPath,
  without,
} from "./files";

const file = (path: string, content = "") => ({ path, content });

describe("a path", () => {
  it.each(["classifier.py", "a/b-1.csv", "weights.npz"])("may be %s", (path) =>
    expect(whyNoPath(path)).toBe(""),
  );
  it.each(["", "a b.py", "../x.py", "a//b", "/etc/x", "é.py", "x".repeat(201)])("may not be '%s'", (path) =>
    expect(whyNoPath(path)).not.toBe(""),
  );
  it("is there once", () => expect(whyNoPath("a.py", ["a.py"])).toContain("already"));
});

describe("the files of a draft", () => {
  const files = [file("b.py"), file("a.py")];
  it("are put, renamed, removed", () => {
    expect(put(files, "a.py", "x")).toEqual([file("b.py"), file("a.py", "x")]);
    expect(put(files, "c.py", "x")).toHaveLength(3);
    expect(renamed(files, "a.py", "z.py")[1]?.path).toBe("z.py");
    expect(without(files, "b.py")).toEqual([file("a.py")]);
  });
  it("stand in the problem's order, then by name", () =>
    expect(
      inOrder([file("z.txt"), file("a.txt"), ...files], ["b.py", "a.py"]).map((one) => one.path),
    ).toEqual(["b.py", "a.py", "a.txt", "z.txt"]));
  it("may lack what the problem asks for", () => expect(missing(files, ["a.py", "c.py"])).toEqual(["c.py"]));
  it("are the same whatever their order", () => {
    expect(areSame(files, [...files].reverse())).toBe(true);
    expect(areSame(files, [file("b.py"), file("a.py", "x")])).toBe(false);
  });
});

describe("what comes in", () => {
  it("loses the folder around it, and litter", () =>
    expect(
      tidied(
        [file("mine/a.py"), file("mine/__pycache__/a.pyc"), file("mine/.DS_Store"), file("mine/w/x.npz")],
        ["a.py"],
      ),
    ).toEqual([file("a.py"), file("w/x.npz")]));
  it("keeps its folders where the asked files are on top", () =>
    expect(tidied([file("a.py"), file("data/x.csv")], ["a.py"])).toHaveLength(2));
  it("keeps a folder that not all share", () =>
    expect(tidied([file("x/b.py"), file("y/c.py")], ["a.py"]).map((one) => one.path)).toEqual([
      "x/b.py",
      "y/c.py",
    ]));
  it("is text where it is UTF-8", () => {
    expect(contentOf(new TextEncoder().encode("é"))).toBe("é");
    expect(contentOf(new Uint8Array([0xff, 0xfe]))).toBeInstanceOf(Uint8Array);
    expect(contentOf(new Uint8Array([65, 0]))).toBeInstanceOf(Uint8Array);
  });
  it("is called as its author calls it", () =>
    expect(ownPath("submissions/starting_kit/classifier.py")).toBe("classifier.py"));
});

it("what goes out is base64 where it is no text", () =>
  expect(toSend([file("a.py", "x"), { path: "b", content: new Uint8Array([255, 0]) }])).toEqual([
    { path: "a.py", content: "x", encoding: "utf-8" },
    { path: "b", content: "/wA=", encoding: "base64" },
  ]));

describe("a refusal", () => {
  const paths = ["classifier.py", "feature_extractor.py"];
  it("stands beside its file and line", () =>
    expect(placed("classifier.py:3: error: a string without end (close it)", paths)).toEqual({
      path: "classifier.py",
      line: 3,
      text: "a string without end (close it)",
    }));
  it("stands beside a file that it names", () =>
    expect(placed("the submission has no classifier.py: the problem asks for it", paths)?.path).toBe(
      "classifier.py",
    ));
  it("has no place where it names none", () => expect(placed("today's quota is spent", paths)).toBeNull());
});
