import { describe, expect, it } from "vitest";
import { archiveOf, choiceOf, folderOf, isLeft, slugFrom, titleFrom, whyNoKit } from "./choice";

const file = (path: string, text = "x"): File => {
  const made = new File([text], path.split("/").at(-1) ?? path);
  if (path.includes("/")) Object.defineProperty(made, "webkitRelativePath", { value: path });
  return made;
};

describe("a folder", () => {
  it("is sent without its own name, and without what tools leave", () => {
    const choice = choiceOf(["digits/problem.py", "digits/data/x.npz", "digits/.git/HEAD", "digits/a/__pycache__/b.pyc"].map((one) => file(one)));
    expect(choice).toMatchObject({ kind: "folder", name: "digits", left: 2, bytes: 2 });
    expect(choice?.kind === "folder" && choice.members.map((one) => one.path)).toEqual(["data/x.npz", "problem.py"]);
  });
  it("leaves hidden files, and keeps names with a point inside", () => {
    expect(isLeft(".DS_Store")).toBe(true);
    expect(isLeft("data/.ipynb_checkpoints/a.ipynb")).toBe(true);
    expect(isLeft("data/v1.2/a.csv")).toBe(false);
  });
  it("that is no kit is told so before it is sent", () => {
    const folder = (...paths: string[]) => folderOf("kits", paths.map((path) => ({ path, file: file("f") })));
    expect(whyNoKit(folder("problem.py", "data/x"))).toBe("");
    expect(whyNoKit(folder("digits/problem.py"))).toContain("choose kits/digits");
    expect(whyNoKit(folder("readme.md"))).toContain("holds no problem.py");
    expect(whyNoKit(folder())).toContain("no files");
  });
});

describe("an archive", () => {
  it("is told by its ending", () => {
    expect(whyNoKit(archiveOf(file("digits.tar.gz")))).toBe("");
    expect(whyNoKit(archiveOf(file("digits.rar")))).toContain("no archive that is known here");
    expect(whyNoKit(archiveOf(file("digits.zip", "")))).toContain("empty");
  });
});

it("names an event after its kit", () => {
  expect(titleFrom("breast_cancer.tar.gz")).toBe("Breast cancer");
  expect(slugFrom("Étoiles variables: 2026")).toBe("etoiles-variables-2026");
  expect(slugFrom("---")).toBe("");
});
