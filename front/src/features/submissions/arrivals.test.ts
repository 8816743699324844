import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { fromInput } from "./arrivals";

const upload = (name: string, content: string | Uint8Array): File => new File([content as BlobPart], name);

describe("files that are chosen", () => {
  it("come as they are", async () =>
    expect(await fromInput([upload("a.py", "x = 1\n")], ["a.py"])).toEqual([
      { path: "a.py", content: "x = 1\n" },
    ]));

  it("come out of a zip, without its top folder", async () => {
    const zip = zipSync({ mine: { "a.py": strToU8("x"), __pycache__: { "a.pyc": strToU8("y") } } });
    expect(await fromInput([upload("mine.zip", zip)], ["a.py"])).toEqual([{ path: "a.py", content: "x" }]);
  });

  it("stay a zip where the problem asks for one", async () => {
    const zip = zipSync({ "a.py": strToU8("x") });
    const [file] = await fromInput([upload("results.zip", zip)], ["results.zip"]);
    expect(file?.path).toBe("results.zip");
    expect(file?.content).toBeInstanceOf(Uint8Array);
  });

  it("are refused by name", async () => {
    await expect(fromInput([upload("mine.zip", "no zip")], [])).rejects.toThrow(
      "mine.zip cannot be read as a zip",
    );
    await expect(fromInput([upload("my file.py", "x")], [])).rejects.toThrow("my file.py");
    await expect(fromInput([upload("a.tar.gz", "x")], [])).rejects.toThrow("tar archive");
  });
});
