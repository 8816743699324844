import { describe, expect, it } from "vitest";
import { EventParser, type ServerEvent } from "./live.svelte";

function parsed(...pieces: string[]): ServerEvent[] {
  const all: ServerEvent[] = [];
  const parser = new EventParser((event) => all.push(event));
  pieces.forEach((piece) => parser.feed(piece));
  return all;
}

describe("the events of a stream", () => {
  it("have a kind, an id and data", () =>
    expect(parsed('event: board\nid: 7\ndata: {"a": 1}\n\n')).toEqual([
      { kind: "board", id: "7", data: '{"a": 1}' },
    ]));
  it("come in whatever pieces the network makes", () =>
    expect(parsed("eve", "nt: board\ni", "d: 7\nda", "ta: {}\n", "\n")).toEqual([
      { kind: "board", id: "7", data: "{}" },
    ]));
  it("may end their lines in three ways, also across pieces", () =>
    expect(parsed("data: a\r\n\r", "\ndata: b\r\rdata: c\n\n").map((event) => event.data)).toEqual(["a", "b", "c"]));
  it("are joined of several data lines", () => expect(parsed("data: a\ndata: b\n\n")[0]?.data).toBe("a\nb"));
  it("are not made of heartbeats", () => expect(parsed(": beat\n\n", "id: 3\n\n")).toEqual([]));
});
