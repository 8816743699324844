"""Decides whether what a command said is what its scenario expects. Pure: texts in, reasons out."""
import difflib
import json
import math
import operator
import re

COMPARE = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
           ">=": operator.ge}
STEP = re.compile(r'\.?(?:"((?:[^"\\]|\\.)*)"|\[(-?\d+)\]|(#)|([^\s.\[\]"#]+))')
CHECK = re.compile(r"(?P<path>.+?) (?:(?P<word>exists|absent)|(?P<op>=|!=|<=|>=|<|>) (?P<value>.+?)"
                   r"(?: (?:±|\+-) (?P<within>\S+))?)")


def trimmed(text):
    lines = text.splitlines()
    while lines and not lines[-1]:
        lines.pop()
    return lines


def pattern_of(expected):
    """One pattern for all lines: `...` alone is any number of lines, within a line any text."""
    parts = []
    for line in expected:
        if line == "...":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(r"[^\n]*".join(re.escape(piece) for piece in line.split("...")) + r"\n")
    return re.compile("".join(parts))


def why_text_differs(what, expected, said):
    """None where the lines `said` match, else a diff."""
    if pattern_of(expected).fullmatch("".join(line + "\n" for line in said)):
        return None
    diff = difflib.unified_diff(expected, said, f"expected {what}", f"seen {what}", lineterm="", n=2)
    return "\n".join(diff)


def value_at(value, path):
    """The value that a path such as `folds[0].valid."negative log likelihood"` leads to; LookupError if none."""
    position = 0
    while position < len(path):
        step = STEP.match(path, position)
        if not step:
            raise ValueError(f"'{path}' is no path (at '{path[position:]}')")
        quoted, index, length, name = step.groups()
        if length:
            value = len(value)
        elif index is not None and isinstance(value, list):
            value = value[int(index)]
        else:
            key = json.loads(f'"{quoted}"') if quoted is not None else name if index is None else int(index)
            if not isinstance(value, dict) or key not in value:
                raise LookupError(f"there is no '{key}'")
            value = value[key]
        position = step.end()
    return value


def holds(compare, seen, wanted, within):
    both_numbers = all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in (seen, wanted))
    if compare == "=" and within is not None:
        return both_numbers and (abs(seen - wanted) <= within or (math.isnan(seen) and math.isnan(wanted)))
    if compare in ("=", "!="):
        return COMPARE[compare](seen, wanted)
    return both_numbers and COMPARE[compare](seen, wanted)


def why_check_fails(check, answer):
    """None where the JSON `answer` passes the check."""
    found = CHECK.fullmatch(check)
    if not found:
        return f"{{json: {check}}} is no check: write PATH = VALUE, PATH = VALUE ± TOLERANCE, or PATH exists"
    try:
        seen = value_at(answer, found["path"])
    except LookupError as absent:
        return None if found["word"] == "absent" else f"{{json: {check}}}: {absent}"
    except (TypeError, ValueError) as wrong:
        return f"{{json: {check}}}: {wrong}"
    if found["word"]:
        return None if found["word"] == "exists" else f"{{json: {check}}}: it is there: {json.dumps(seen)}"
    try:
        wanted = json.loads(found["value"])
        within = float(found["within"]) if found["within"] else None
    except ValueError:
        return f"{{json: {check}}}: the value must be JSON (text in double quotes) and the tolerance a number"
    if holds(found["op"], seen, wanted, within):
        return None
    return f"{{json: {check}}}: it is {json.dumps(seen, ensure_ascii=False)}"


def check_of(check, answer):
    """The check with the value that was seen, for rewriting; unchanged where there is none to take."""
    found = CHECK.fullmatch(check)
    if not found or found["op"] != "=" or why_check_fails(check, answer) is None:
        return check
    try:
        seen = json.dumps(value_at(answer, found["path"]), ensure_ascii=False)
    except (LookupError, TypeError, ValueError):
        return check
    return f"{found['path']} = {seen}" + (f" ± {found['within']}" if found["within"] else "")
