// An event's rules as sentences, and the lines to begin with.
import { count } from "../../text/format";

export interface Ruled {
  folds: number;
  is_practice: boolean;
  is_trusted: boolean;
  quota: { per_day: number; failures_per_day: number };
}

export function rulesInWords(event: Ruled): string[] {
  const rules: string[] = [];
  if (event.folds > 0)
    rules.push(
      `Code is trained and scored ${event.folds === 1 ? "once" : `${event.folds} times`}, on ${count(event.folds, "fold")} of the data.`,
    );
  rules.push(
    event.is_practice
      ? "For practice: what submissions are scored on is the public data, so its answers are known."
      : "Submissions are trained and scored on hidden data, which never leaves the center.",
  );
  if (!event.is_practice)
    rules.push(
      event.is_trusted
        ? "Its participants are trusted: they see what their code printed on hidden data."
        : "Of the run on hidden data one sees scores, and where code failed: not what it printed.",
    );
  rules.push(
    `A team may have ${count(event.quota.per_day, "submission")} scored a day, and ${count(event.quota.failures_per_day, "failure")}${event.is_practice ? "" : " on hidden data"}; a day begins at 00:00 UTC.`,
  );
  return rules;
}

export interface Way {
  name: string;
  text: string; // commands
}

// From nothing to a place on the board. `client` is the address of the Python client's package, where known.
export function waysToStart(event: string, center: string, client: string | undefined): Way[] {
  const install = client ? [`pip install ${client}`] : [];
  return [
    {
      name: "Terminal",
      text: [
        ...install,
        `agora login ${center}`,
        `agora start ${event} && cd ${event}`,
        "agora try",
        "agora join",
        "agora submit submissions/starting_kit --wait",
        "agora board --watch",
      ].join("\n"),
    },
    {
      name: "Python",
      text: [
        "import agora",
        `agora.connect("${center}", token="agora_...")`,
        `kit = agora.start("${event}")`,
        `X, y = agora.load_data("${event}")`,
        'agora.submit(kit / "submissions" / "starting_kit")',
        `agora.board("${event}")`,
      ].join("\n"),
    },
  ];
}
