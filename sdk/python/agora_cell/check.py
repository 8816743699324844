"""The check cell: reads a kit's data as preparation does, and looks for leaks. It may see everything.

Mounted: the kit with the scored data at /kit and, where the scored data is hidden, the kit with its public data at
/public. Handed: findings, an empty memory. Out: b"AGK1", and there the JSON
{"findings": [{weight, file, line, message, next}], "checked": [...], "can_run", "official": {lower, best}}.
"""

import faulthandler
import json
import math
import os
import re
import sys

import numpy as np

from agora_cell import check_leaks, check_tables, check_truth, failure, kit, look_ahead, prepare

PUBLIC = "/public"
_UNREADABLE = {"ParserError", "EmptyDataError", "UnicodeDecodeError", "BadZipFile", "BadGzipFile", "EOFError", "zlib.error",
               "JSONDecodeError", "UnpicklingError", "ArrowInvalid"}
_watched = []  # paths that were opened, while a reader runs


class Stopped(Exception):
    """The findings hold an error after which nothing more can be looked at."""


def run(channel, handed, argument):
    wanted = json.loads(argument)
    faulthandler.enable()  # a crash in compiled code then says where the kit called it
    sys.addaudithook(lambda event, details: _watched.append(details[0]) if event == "open" else None)
    try:
        data = json.dumps(check(wanted)).encode()
        os.pwrite(handed["findings"], data, 0)
        os.truncate(handed["findings"], len(data))
        channel.send(b"AGK1")
    except BaseException as error:  # the kit's own code may raise anything
        channel.send(failure.encode(failure.describe(error, kit.KIT, kit.KIT)))


def check(wanted):
    report = Report()
    official = None
    try:
        scored = Side(kit.KIT, wanted, report, "hidden " if wanted["hidden"] else "")
        official = _official(scored.problem)
        report.checked.append("data")
        check_folds(scored, report)
        check_one_side(scored, report)
        if wanted["hidden"]:
            check_both_sides(Side(PUBLIC, wanted, report, "public "), scored, report)
        can_run = True
    except Stopped:
        can_run = False
    return {"findings": report.findings, "checked": report.checked, "can_run": can_run, "official": official}


class Report:
    def __init__(self):
        self.findings = []
        self.checked = []

    def add(self, weight, file, line, message, remedy):
        self.findings.append({"weight": weight, "file": file, "line": int(line or 0), "message": message, "next": remedy})

    def add_all(self, place, found):
        for weight, message, remedy in found:
            self.add(weight, *place, message, remedy)


class Side:
    """A kit's data as its readers give it, the hidden or the public."""

    def __init__(self, root, wanted, report, prefix):
        self.root = root
        self.prefix = prefix
        self.names = {"train": prefix + "train", "test": prefix + "test"}
        kit.seed_everything(wanted["seed"])
        self.problem = self._guarded(report, "problem.py cannot be imported", None,
                                     lambda: kit.load_problem(wanted["quick"], root))
        self.source = _text_of(os.path.join(root, "problem.py"))
        self.files = {}
        self.X, self.y = {}, {}
        for part in ("train", "test"):
            self._read(part, report)
        self.labels = {part: check_tables.labels_of(self.y[part], self.problem.Predictions) for part in ("train", "test")}
        self.in_time = (check_tables.is_series_in_time(self.X["train"])
                        or look_ahead.find_check(self.problem.workflow) is not None)

    def _read(self, part, report):
        reader = f"get_{part}_data"
        _watched.clear()
        X, self.y[part] = self._guarded(report, f"{reader} fails on the {self.prefix}data", reader,
                                        lambda: prepare.read_part(self.problem, reader))
        self.X[part] = prepare.loaded(X)
        self.files[part] = self._opened()
        rows = check_tables.count_rows(self.X[part])
        if rows is not None and self.y[part] is not None and rows != len(self.y[part]):
            report.add("error", "problem.py", self.line_of(reader),
                       f"{reader} gives {rows} rows of X and {len(self.y[part])} labels", "return one label for each row")
            raise Stopped

    def _guarded(self, report, what, name, call):
        """What `call` returns; an exception becomes a finding at the place it points to, and stops the check."""
        try:
            return call()
        except Exception as error:
            _, kind, message, _, file, line = failure.describe(error, self.root, self.root)
            if isinstance(error, kit.KitError):
                report.add("error", "problem.py", self.line_of(name), message, "change problem.py there")
                raise Stopped from None
            data = self._opened()[-1:]
            message = " ".join(message.split())
            said = f"{what}: {kind}: {message}" if message else f"{what}: {kind}"
            if data and kind in _UNREADABLE:
                at = re.search(r"\bline (\d+)", message)
                report.add("error", data[0], int(at[1]) if at else 0, f"{said} ({file}, line {line})",
                           "correct the file, or how problem.py reads it")
            else:
                said += f" (the last data file it opened is {data[0]})" if data else ""
                report.add("error", file or "problem.py", line or self.line_of(name), said,
                           "call it by hand in the kit's folder and read the traceback")
            raise Stopped from None

    def _opened(self):
        """Data files of the kit that were opened since the last clear, in order."""
        files = []
        for path in list(_watched):
            if not isinstance(path, (str, bytes, os.PathLike)):
                continue
            path = os.path.relpath(os.path.abspath(os.fsdecode(path)), self.root)
            inside = not path.startswith("..") and not path.endswith((".py", ".pyc"))
            if inside and path not in files and os.path.isfile(os.path.join(self.root, path)):
                files.append(path)
        return files

    def place(self, part):
        """The data file where a reader opens one only, else the reader's line."""
        if len(self.files[part]) == 1:
            return self.files[part][0], 0
        return "problem.py", self.line_of(f"get_{part}_data")

    def line_of(self, name):
        """Where problem.py binds `name`; 0 where that is not in plain sight."""
        source = getattr(self, "source", None) or _text_of(os.path.join(self.root, "problem.py"))
        found = name and re.search(rf"^(?:def {name}\b|{name}\s*=|from .*\b{name}\b)", source, re.MULTILINE)
        return source.count("\n", 0, found.start()) + 1 if found else 0


def _text_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _official(problem):
    """Direction and best possible value of the official score."""
    score_type = problem.score_types[0]
    lower = bool(score_type.is_lower_the_better)
    best = getattr(score_type, "minimum" if lower else "maximum", None)
    plain = isinstance(best, (int, float, np.number)) and math.isfinite(best)
    return {"lower": lower, "best": float(best) if plain else None}


def check_folds(side, report):
    X, y = side.X["train"], side.y["train"]
    folds = side._guarded(report, "get_cv fails", "get_cv", lambda: prepare.folds_of(side.problem, X, y))
    validated = np.unique(np.concatenate([parts[1] for _, parts in folds]))
    if len(validated) < len(y) / 10:
        report.add("note", "problem.py", side.line_of("get_cv"),
                   f"only {len(validated)} of {len(y)} train rows are ever in a validation part",
                   "the validation score says little: validate on more rows")
    report.checked.append("folds")


def check_one_side(side, report):
    for what, look in (("labels", _check_labels), ("order of rows", _check_order), ("columns", _check_columns),
                       ("equal rows", _check_rows)):
        attempt(report, what, look, side, report)


def attempt(report, what, look, *given):
    """Data of a make that a check has never met must not end the others. `look` returns whether there was anything to see."""
    try:
        if look(*given):
            report.checked.append(what)
    except Exception as error:
        report.add("note", "", 0, f"{what}: not checked, for data of this make ({type(error).__name__}: {error})",
                   "look at it by hand")


def _check_labels(side, report):
    for part, finding in check_leaks.label_troubles(side.labels["train"], side.labels["test"]):
        report.add_all(side.place(part), [finding])
    _check_declared_classes(side, report)
    return bool(side.labels["train"])


def _check_order(side, report):
    if side.in_time:
        return False
    for part in ("train", "test"):
        for label in side.labels[part]:
            report.add_all(side.place(part), check_leaks.sorted_by_label(label, side.names[part]))
    return bool(side.labels["train"])


def _check_columns(side, report):
    columns = check_tables.columns_of(side.X["train"])
    report.add_all(side.place("train"), check_leaks.telling_columns(columns, side.labels["train"]))
    return bool(columns)


def _check_declared_classes(side, report):
    """Labels that Predictions does not know."""
    names = getattr(side.problem.Predictions, "label_names", None)
    for part in ("train", "test"):
        for label in side.labels[part]:
            if not label.is_classes or not hasattr(side.problem.Predictions, "y_pred_label_index"):
                continue
            whole = np.asarray(label.values, dtype=object)[label.codes >= 0]
            strange = sorted({str(value) for value in whole if not _is_listed(value, names)})
            if strange:
                report.add("error", "problem.py", side.line_of("Predictions"),
                           f"{side.names[part]} labels that label_names does not list: {', '.join(strange[:5])}",
                           "name every class in Predictions, in the type that y has")


def _is_listed(value, names):
    """As rampwf looks a label up: in the type of the first name."""
    try:
        return type(names[0])(value) in names
    except (TypeError, ValueError):
        return False


def _check_rows(side, report):
    train, test = _hashes_of(side, "train"), _hashes_of(side, "test")
    if train is None:
        return False
    report.add_all(side.place("train"), check_leaks.twins(train, side.labels["train"]))
    if test is not None:
        report.add_all(side.place("test"), check_leaks.shared_rows(
            test, train, (side.names["test"], side.names["train"]), "a model may remember their labels"))
    return True


def check_both_sides(public, hidden, report):
    attempt(report, "public and hidden rows", _check_public_rows, public, hidden, report)
    attempt(report, "truth in public files", _check_truth_in_files, hidden, report)


def _check_public_rows(public, hidden, report):
    shown = [(part, _hashes_of(public, part)) for part in ("train", "test")]
    kept = [(part, _hashes_of(hidden, part)) for part in ("train", "test")]
    for part, rows in kept:
        for public_part, others in shown:
            if rows is None or others is None:
                continue
            costs = "their labels are public" if part == "test" else "what is hidden is public already"
            found = check_leaks.shared_rows(rows, others, (hidden.names[part], public.names[public_part]), costs)
            if part == "train":  # every fit is shown the hidden train part's labels anyway
                found = [("warning", *rest) for _, *rest in found]
            report.add_all(public.place(public_part), found)
    return kept[0][1] is not None and shown[0][1] is not None


def _hashes_of(side, part):
    """None where there is nothing to compare."""
    hashes = None if side.X[part] is None else check_tables.hash_rows(side.X[part], side.root)
    return hashes if hashes is not None and len(hashes) else None


def _check_truth_in_files(hidden, report):
    for label in hidden.labels["test"]:
        key = check_leaks.sequence_key(label)
        if key is None:
            continue
        for file, column in check_truth.files_that_hold(key, len(label.codes), PUBLIC):
            report.add("warning", file, 0, f"{column} of this public file holds the labels of the hidden test part ({label.name})",
                       "remove the column, and change the hidden test part if the file was handed out before")
    return bool(hidden.labels["test"])
