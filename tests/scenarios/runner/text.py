"""Reads a scenario's text and writes it back with new expectations. CONTRIBUTING.md shows the format."""
import dataclasses
import re

SETTINGS = {"clients", "fresh-home", "limit", "needs", "server"}
NEEDS = {"real-data", "root"}


class Malformed(Exception):
    """The scenario's text is wrong; the message holds the line."""


@dataclasses.dataclass
class File:
    name: str
    lines: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Command:
    text: str
    line: int  # of the `$`, counted from 1
    first: int = 0  # expectations stand in lines[first:last] of the scenario, counted from 0
    last: int = 0
    out: list = dataclasses.field(default_factory=list)
    err: list = dataclasses.field(default_factory=list)
    checks: list = dataclasses.field(default_factory=list)  # what stands inside {json: }
    comments: list = dataclasses.field(default_factory=list)
    code: int = 0
    told: int = 0  # lines of `out` up to the last that is not blank: what follows only parts the answers


@dataclasses.dataclass
class Scenario:
    lines: list
    steps: list = dataclasses.field(default_factory=list)
    fresh_home: bool = False
    server: bool = False
    clients: bool = False
    limit: float | None = None  # seconds for one command
    needs: list = dataclasses.field(default_factory=list)


def read(text):
    scenario = Scenario(text.splitlines())
    reader = Reader(scenario)
    for number, line in enumerate(scenario.lines, 1):
        reader.take(number, line)
    reader.end_command()
    if reader.continues:
        raise Malformed(f"line {len(scenario.lines)}: the last command ends with \\ and goes nowhere")
    if not any(isinstance(step, Command) for step in scenario.steps):
        raise Malformed("line 1: there is no command; one begins with `$ `")
    return scenario


class Reader:
    """One pass over the lines; knows whether it stands in a file, in a command's answer, or in neither."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.command = None
        self.file = None
        self.continues = False

    def take(self, number, line):
        if self.continues:
            self.command.text += "\n" + line
            self.begin_answer(number, line)
        elif self.file and line.startswith("|"):
            self.file.lines.append(line[2:] if line.startswith("| ") else line[1:])
        elif line.startswith("$ "):
            self.end_command()
            self.command = Command(line[2:], number)
            self.scenario.steps.append(self.command)
            self.begin_answer(number, line)
        elif line.startswith("> file "):
            self.end_command()
            self.file = File(line.removeprefix("> file ").strip())
            self.scenario.steps.append(self.file)
        elif line.startswith("@ "):
            self.set(number, *line[2:].split())
        else:
            self.answer(number, line)

    def begin_answer(self, number, line):
        self.file = None
        self.continues = line.endswith("\\")
        self.command.first = self.command.last = number

    def end_command(self):
        if self.command:
            del self.command.out[self.command.told :]
        self.command = None
        self.file = None

    def set(self, number, name, *given):
        if self.scenario.steps:
            raise Malformed(f"line {number}: settings stand before the first file or command")
        if name not in SETTINGS:
            raise Malformed(f"line {number}: '{name}' is no setting; there are {', '.join(sorted(SETTINGS))}")
        if name == "fresh-home":
            self.scenario.fresh_home = True
        elif name == "server":
            self.scenario.server = True
        elif name == "clients":
            self.scenario.clients = True
        elif name == "limit":
            self.scenario.limit = float(given[0])
        elif given and given[0] in NEEDS:
            self.scenario.needs.append(given[0])
        else:
            raise Malformed(f"line {number}: a scenario can need {' or '.join(sorted(NEEDS))}")

    def answer(self, number, line):
        comment = line == "#" or line.startswith("# ")
        if not self.command:
            if line and not comment:
                raise Malformed(f"line {number}: '{line}' belongs to no command")
            return
        if comment:
            self.command.comments.append((number, line))
            return
        if line == "!" or line.startswith("! "):
            self.command.err.append(line[2:])
        elif found := re.fullmatch(r"\? (\d+)", line):
            self.command.code = int(found[1])
        elif found := re.fullmatch(r"\{json: (.+)\}", line):
            self.command.checks.append(found[1])
        else:
            self.command.out.append(line[1:] if line.startswith("\\") else line)
            if line:
                self.command.told = len(self.command.out)
        if line:
            self.command.last = number



def escaped(line):
    special = line.startswith(("$ ", "! ", "@ ", "# ", "> file ", "\\", "{json: ", "|")) or line in ("!", "#")
    return "\\" + line if special or re.fullmatch(r"\? \d+", line) else line


def answer_lines(command, out, err, code, checks):
    """The lines that say what was seen; `out` is left out where `checks` speak for it."""
    lines = [text for number, text in command.comments if number <= command.last]
    lines += [f"{{json: {check}}}" for check in checks] if checks else [escaped(line) for line in out]
    lines += [f"! {line}".rstrip() for line in err]
    return lines + ([f"? {code}"] if code else [])


def rewritten(scenario, answers):
    """The scenario's text with `answers` (command -> lines) in place of the old ones."""
    lines = list(scenario.lines)
    for command, answer in sorted(answers, key=lambda pair: -pair[0].first):
        lines[command.first : command.last] = answer
    return "\n".join(lines) + "\n"
