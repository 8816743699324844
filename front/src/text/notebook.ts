// Jupyter notebooks (nbformat 4, and 3's worksheets), read into what Notebook.svelte shows.

export interface MarkdownCell {
  kind: "markdown";
  text: string;
  attachments: Record<string, string>; // name -> data: address of an image
}
export interface CodeCell {
  kind: "code";
  code: string;
  count: number | null;
  outputs: Output[];
}
export interface RawCell {
  kind: "raw";
  text: string;
}
export type Cell = MarkdownCell | CodeCell | RawCell;

export type Output =
  | { kind: "text"; text: string; isError: boolean; note?: string }
  | { kind: "image"; address: string; text: string }
  | { kind: "markdown"; text: string };

export interface Notebook {
  language: string;
  cells: Cell[];
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

// Texts are one string or a list of lines.
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.filter((line) => typeof line === "string").join("") : "";
}

// Colours and moves of a terminal; a line that was overwritten (a progress bar) keeps its last text.
export function withoutTerminal(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g, "")
      .replace(/\r\n/g, "\n")
      .split("\n")
      .map((line) => line.slice(line.lastIndexOf("\r", line.length - 2) + 1).replace(/\r$/, ""))
      .join("\n")
  );
}

const IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

// An image of bytes as an address for <img>, where nothing in it runs.
function imageIn(data: Json): string | undefined {
  const svg = textOf(data["image/svg+xml"]);
  if (svg) return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  for (const type of IMAGES) {
    const bytes = textOf(data[type]).replace(/\s+/g, "");
    if (bytes && /^[A-Za-z0-9+/=]+$/.test(bytes)) return `data:${type};base64,${bytes}`;
  }
  return undefined;
}

function outputOfData(data: Json): Output | undefined {
  const plain = withoutTerminal(textOf(data["text/plain"]));
  const image = imageIn(data);
  if (image) return { kind: "image", address: image, text: plain };
  if (data["text/markdown"] !== undefined) return { kind: "markdown", text: textOf(data["text/markdown"]) };
  if (data["text/latex"] !== undefined && !plain)
    return { kind: "markdown", text: textOf(data["text/latex"]) };
  const richer = Object.keys(data).find((type) => type !== "text/plain");
  const isPage = richer === "text/html" || richer === "application/javascript";
  if (!plain && !richer) return undefined;
  if (richer && !plain)
    return {
      kind: "text",
      text: "",
      isError: false,
      note: `An output of type ${richer}, which is not shown here.`,
    };
  return {
    kind: "text",
    text: plain,
    isError: false,
    ...(isPage
      ? { note: "The notebook also holds this as HTML, which is not run here: this is its text." }
      : {}),
  };
}

function outputOf(output: Json): Output | undefined {
  switch (output.output_type) {
    case "stream":
      return { kind: "text", text: withoutTerminal(textOf(output.text)), isError: output.name === "stderr" };
    case "error":
    case "pyerr":
      return {
        kind: "text",
        text: withoutTerminal(
          textOf((output.traceback as string[] | undefined)?.join("\n")) ||
            `${textOf(output.ename)}: ${textOf(output.evalue)}`,
        ),
        isError: true,
      };
    default:
      return outputOfData(isObject(output.data) ? output.data : {});
  }
}

// Streams come in pieces: those of one kind that follow each other are one text.
function outputsOf(value: unknown): Output[] {
  const all: Output[] = [];
  for (const written of listOf(value)) {
    const one = outputOf(written);
    const last = all[all.length - 1];
    if (
      one?.kind === "text" &&
      last?.kind === "text" &&
      !one.note &&
      !last.note &&
      one.isError === last.isError
    )
      all[all.length - 1] = { ...last, text: last.text + one.text };
    else if (one) all.push(one);
  }
  return all;
}

function attachmentsOf(value: unknown): Record<string, string> {
  const all: Record<string, string> = {};
  if (!isObject(value)) return all;
  for (const [name, data] of Object.entries(value)) {
    const address = isObject(data) ? imageIn(data) : undefined;
    if (address) all[name] = address;
  }
  return all;
}

function cellOf(cell: Json): Cell {
  const text = textOf(cell.source ?? cell.input);
  if (cell.cell_type === "code")
    return {
      kind: "code",
      code: text,
      count: typeof cell.execution_count === "number" ? cell.execution_count : null,
      outputs: outputsOf(cell.outputs),
    };
  if (cell.cell_type === "markdown")
    return { kind: "markdown", text, attachments: attachmentsOf(cell.attachments) };
  if (cell.cell_type === "heading")
    // nbformat 3
    return { kind: "markdown", text: `${"#".repeat(Number(cell.level) || 1)} ${text}`, attachments: {} };
  return { kind: "raw", text };
}

// Fails with an Error that says why it is no notebook.
export function readNotebook(text: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("This notebook cannot be read: it is no JSON. Download it to look at it.");
  }
  if (!isObject(value)) throw new Error("This notebook cannot be read: it holds no cells.");
  const cells = Array.isArray(value.cells)
    ? listOf(value.cells)
    : listOf(value.worksheets).flatMap((sheet) => listOf(sheet.cells));
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const about = isObject(metadata.language_info) ? metadata.language_info : {};
  return { language: textOf(about.name) || "python", cells: cells.map(cellOf) };
}
