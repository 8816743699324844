import { describe, expect, it } from "vitest";
import { cellsOf, delimiterOf, histogram, readTable, typeOf } from "./csv";

describe("cells", () => {
  it.each([
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      'a,b\r\n"x, ""y""",2',
      [
        ["a", "b"],
        ['x, "y"', "2"],
      ],
    ],
    ['"two\nlines",b', [["two\nlines", "b"]]],
    [
      "a,,\n\n,b,",
      [
        ["a", "", ""],
        ["", "b", ""],
      ],
    ],
  ])("of %j", (text, cells) => expect(cellsOf(text, ",", false)).toEqual(cells));
  it("leave out a row that was cut", () =>
    expect(cellsOf("a,b\n1,2\n3,", ",", true)).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]));
  it.each([
    ["a;b;c\n1,5;2;3", ";"],
    ["a\tb\n1\t2", "\t"],
    ["only\none", ","],
  ])("of %j are apart by %j", (text, delimiter) => expect(delimiterOf(text)).toBe(delimiter));
});

describe("a column's type", () => {
  it.each([
    [["1", "2", ""], "integer"],
    [["1", "2.5", "1e-3", "nan"], "number"],
    [["True", "false"], "boolean"],
    [["2026-03-01", "2026-03-01T12:00:00Z"], "date"],
    [["1", "x"], "text"],
    [["", "NA"], "empty"],
    [["[1.0, 2.0]"], "text"],
  ])("of %j is %s", (cells, type) => expect(typeOf(cells)).toBe(type));
});

describe("a histogram", () => {
  it("holds every value once", () => {
    const bars = histogram([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, Infinity], 5);
    expect(bars.map((bar) => bar.count)).toEqual([2, 2, 2, 2, 3]);
    expect(bars[0]?.name).toBe("0 to 2");
  });
  it("of one value is one bar", () => expect(histogram([3, 3])).toEqual([{ name: "3", count: 2 }]));
});

describe("a table", () => {
  it("has columns with their types, what is missing, and their spread", () => {
    const table = readTable("mass,kind,id\n1.5,benign,1\n2.5,malignant,2\n,benign,3\n", false);
    expect(table.rows).toHaveLength(3);
    expect(
      table.columns.map((column) => [column.name, column.type, column.missing, column.distinct]),
    ).toEqual([
      ["mass", "number", 1, 2],
      ["kind", "text", 0, 2],
      ["id", "integer", 0, 3],
    ]);
    expect(table.columns[1]?.bars[0]).toEqual({ name: "benign", count: 2 });
    expect(table.columns[0]).toMatchObject({ least: 1.5, most: 2.5 });
  });
  it("without names has numbers for them", () =>
    expect(readTable("1,2\n3,4", false).columns.map((column) => column.name)).toEqual([
      "column 1",
      "column 2",
    ]));
  it("has dates over time", () =>
    expect(readTable("day\n2026-01-01\n2026-01-13", false).columns[0]?.bars[0]?.name).toBe(
      "2026-01-01 to 2026-01-02",
    ));
});
