import { unzipSync } from "fflate";
import { expect, it } from "vitest";
import { pack } from "./pack";

const member = (path: string, content: string) => ({ path, file: new File([content], path) });

it("packs what comes out again, the empty file too", async () => {
  const seen: number[] = [];
  const large = "0123456789".repeat(250_000);
  const file = await pack("kit", [member("problem.py", "x = 1\n"), member("data/big.csv", large), member("empty", "")], (n) => seen.push(n));
  expect(file.name).toBe("kit.zip");
  const files = unzipSync(new Uint8Array(await file.arrayBuffer()));
  const text = (name: string) => new TextDecoder().decode(files[name]);
  expect(Object.keys(files).sort()).toEqual(["data/big.csv", "empty", "problem.py"]);
  expect(text("problem.py")).toBe("x = 1\n");
  expect(text("data/big.csv") === large).toBe(true);
  expect(text("empty")).toBe("");
  expect(seen.at(-1)).toBe(large.length + 6);
  expect(file.size).toBeLessThan(large.length / 10);
});
it("stops when it is given up", async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(pack("kit", [member("a", "b")], () => {}, stop.signal)).rejects.toThrow();
});
