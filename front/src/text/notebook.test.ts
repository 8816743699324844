import { describe, expect, it } from "vitest";
import { readNotebook, withoutTerminal, type CodeCell } from "./notebook";

const notebook = (cells: unknown[]): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { language_info: { name: "python" } }, cells });
const outputs = (...written: unknown[]) =>
  (
    readNotebook(notebook([{ cell_type: "code", source: "1", execution_count: 1, outputs: written }]))
      .cells[0] as CodeCell
  ).outputs;

describe("a notebook", () => {
  it("has cells of text and code, in lines or whole", () => {
    const { cells, language } = readNotebook(
      notebook([
        { cell_type: "markdown", source: ["# A\n", "b"] },
        { cell_type: "code", source: "x = 1", execution_count: 3, outputs: [] },
        { cell_type: "raw", source: "r" },
      ]),
    );
    expect(language).toBe("python");
    expect(cells).toEqual([
      { kind: "markdown", text: "# A\nb", attachments: {} },
      { kind: "code", code: "x = 1", count: 3, outputs: [] },
      { kind: "raw", text: "r" },
    ]);
  });

  it("joins the pieces of a stream, and not those of the other one", () =>
    expect(
      outputs(
        { output_type: "stream", name: "stdout", text: ["a\n"] },
        { output_type: "stream", name: "stdout", text: "b\n" },
        { output_type: "stream", name: "stderr", text: "c\n" },
      ),
    ).toEqual([
      { kind: "text", text: "a\nb\n", isError: false },
      { kind: "text", text: "c\n", isError: true },
    ]));

  it("shows an image as one, and never as what it could run", () => {
    const [png] = outputs({
      output_type: "display_data",
      data: { "image/png": "iVBO\nRw==", "text/plain": "<Figure>" },
    });
    expect(png).toEqual({ kind: "image", address: "data:image/png;base64,iVBORw==", text: "<Figure>" });
    const [svg] = outputs({ output_type: "display_data", data: { "image/svg+xml": "<svg onload='x()'/>" } });
    expect(svg).toMatchObject({ kind: "image", address: expect.stringMatching(/^data:image\/svg\+xml/) });
    expect(outputs({ output_type: "display_data", data: { "image/png": '"><script>' } })).toEqual([
      {
        kind: "text",
        text: "",
        isError: false,
        note: "An output of type image/png, which is not shown here.",
      },
    ]);
  });

  it("shows the text of HTML, and says so", () =>
    expect(
      outputs({ output_type: "execute_result", data: { "text/html": ["<b>1</b>"], "text/plain": "1" } }),
    ).toEqual([
      {
        kind: "text",
        text: "1",
        isError: false,
        note: "The notebook also holds this as HTML, which is not run here: this is its text.",
      },
    ]));

  it("shows errors without the colours of a terminal", () =>
    expect(
      outputs({
        output_type: "error",
        ename: "E",
        evalue: "v",
        traceback: ["\u001b[0;31mE\u001b[0m: v", "at 1"],
      }),
    ).toEqual([{ kind: "text", text: "E: v\nat 1", isError: true }]));

  it("gives a cell's attachments", () => {
    const { cells } = readNotebook(
      notebook([
        {
          cell_type: "markdown",
          source: "![a](attachment:a.png)",
          attachments: { "a.png": { "image/png": "AAAA" } },
        },
      ]),
    );
    expect(cells[0]).toMatchObject({ attachments: { "a.png": "data:image/png;base64,AAAA" } });
  });

  it.each(["{", "[]", "null"])("is not %s", (text) =>
    expect(() => readNotebook(text)).toThrow("cannot be read"),
  );
});

describe("a terminal's text", () => {
  it("keeps the last state of a line that was overwritten", () =>
    expect(withoutTerminal("10 %\r50 %\r100 %\ndone\r\n")).toBe("100 %\ndone\n"));
});
