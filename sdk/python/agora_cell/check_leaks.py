"""Leaks that data alone can show. Each check takes values and returns what it saw as Finding-like tuples.

A tuple is (weight, message, next step); who calls knows the file.
"""

import numpy as np

from agora_cell import check_tables as tables

FEWEST_ROWS = 20  # below, chance alone does what a leak does
_COMMON = 0.01  # the share of rows from which equal ones are no accident
_LONG_SEQUENCE = 5  # changes of value that make a sequence one of a kind


def first_three(rows):
    shown = ", ".join(str(int(row)) for row in rows[:3])
    return f"row{'s' if len(rows) > 1 else ''} {shown}{', ...' if len(rows) > 3 else ''}"


def sorted_by_label(label, part):
    """Rows in the order of their labels: the row number alone would then predict."""
    codes = label.codes[label.codes >= 0]
    if len(codes) < FEWEST_ROWS or label.distinct < 2:
        return []
    return _classes_together(codes, label, part) if label.is_classes else _numbers_in_order(label, part)


def _classes_together(codes, label, part):
    changes = int(np.count_nonzero(codes[1:] != codes[:-1]))
    shares = np.bincount(codes) / len(codes)
    expected = (len(codes) - 1) * (1 - float(np.sum(shares**2)))
    remedy = "shuffle the rows once, with a fixed seed, when the data is made"
    if changes == label.distinct - 1 and expected > 2 * changes:
        return [("error", f"the {part} rows are sorted by label ({label.name}): a classifier of the row number would win", remedy)]
    if expected >= FEWEST_ROWS and changes < expected / 4:
        return [("warning", f"{part} rows of one class stand together ({label.name}): the class changes {changes} times from a row "
                 f"to the next, about {expected:.0f} times in random order", remedy + ", or say in the statement why not")]
    return []


def _numbers_in_order(label, part):
    from scipy.stats import spearmanr

    numbers = label.numbers
    finite = np.isfinite(numbers)
    if finite.sum() < FEWEST_ROWS:
        return []
    rank = float(spearmanr(np.flatnonzero(finite), numbers[finite])[0])
    if not abs(rank) > 0.9:
        return []
    weight = "error" if abs(rank) > 0.999 else "warning"
    return [(weight, f"the {part} rows are in the order of {label.name} (rank correlation with the row number {rank:.4f}): the row "
             "number alone would predict it", "shuffle the rows once, with a fixed seed, when the data is made")]


def telling_columns(columns, labels):
    """Columns of X that alone give the label away, and columns that say nothing."""
    found, constant = [], []
    for name, values in columns:
        codes, distinct = _factorized(values)
        if codes is None:
            continue
        if distinct == 1 and np.all(codes == 0) and len(codes) > 1:
            constant.append(name)
            continue
        for label in labels:
            told = _how_it_tells(values, codes, distinct, label)
            if told:
                found.append((told[0], f"{name} of X gives {label.name} away: {told[1]}",
                              "leave it out of X, or make it say less, unless it is an honest measurement: then say so in the statement"))
    constant = [name for name in constant if not name.startswith("the ")]  # ids that are all digits say no word
    if constant:
        shown = ", ".join(name.removeprefix("column ") for name in constant[:3]) + (", ..." if len(constant) > 3 else "")
        many = len(constant) > 1
        found.append(("note", f"{f'{len(constant)} columns' if many else 'a column'} of X {'are' if many else 'is'} constant: {shown}",
                      "nothing can be learnt from it: leave it out, unless it varies in other data"))
    return found


def _factorized(values):
    import pandas as pd

    try:
        codes, distinct = pd.factorize(values)
    except TypeError:  # lists in cells
        return None, 0
    return codes, len(distinct)


def _how_it_tells(values, codes, distinct, label):
    """(weight, how) or None. An id or a copy is an error; a measurement in the order of the labels may be an honest one."""
    rows = len(codes)
    if rows != len(label.codes) or rows < FEWEST_ROWS or label.distinct < 2 or distinct < 2 or values.dtype.kind in "mM":
        return None
    whole = (codes >= 0) & (label.codes >= 0)
    if whole.sum() < 0.9 * rows:
        return None
    looks_like_id = distinct == rows and values.dtype.kind not in "f"
    if label.is_classes:
        return _how_it_tells_class(values[whole], codes[whole], label.codes[whole], distinct, looks_like_id)
    return _how_it_tells_number(tables.to_numbers(values), label.numbers, looks_like_id)


def _how_it_tells_class(values, codes, classes, distinct, looks_like_id):
    if len(classes) - np.bincount(classes).max() < FEWEST_ROWS / 2:  # so few that chance tells them apart
        return None
    if distinct <= len(codes) / 5:
        pairs = len(np.unique(np.stack([codes, classes], axis=1), axis=0))
        return ("error", f"each of its {distinct} values stands with one label only") if pairs == distinct else None
    numbers = tables.to_numbers(values)
    order = np.argsort(numbers, kind="stable") if numbers is not None else np.argsort(values.astype(str), kind="stable")
    changes = int(np.count_nonzero(np.diff(classes[order])))
    if changes != len(np.unique(classes)) - 1:
        return None
    return _in_order(looks_like_id, "classes")


def _in_order(looks_like_id, of_what):
    if looks_like_id:
        return "error", f"it is unique for each row, like an id, and its order is the order of the {of_what}"
    return "warning", f"its order is the order of the {of_what}"


def _how_it_tells_number(numbers, truth, looks_like_id):
    from scipy.stats import rankdata

    if numbers is None or truth is None:
        return None
    finite = np.isfinite(numbers) & np.isfinite(truth)
    x, y = numbers[finite], truth[finite]
    if len(x) < max(FEWEST_ROWS, 0.9 * len(numbers)) or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    if np.array_equal(x, y):
        return "error", "it is equal to it"
    if abs(np.corrcoef(x, y)[0, 1]) > 0.9999:
        return "error", "a straight line leads from one to the other (correlation above 0.9999)"
    if abs(np.corrcoef(rankdata(x), rankdata(y))[0, 1]) > 0.9999:
        return _in_order(looks_like_id, "labels")
    return None


def twins(hashes, labels):
    """Equal rows within one part, which a split puts on both sides."""
    _, places, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    repeated = np.flatnonzero(counts[places] > 1)
    if not len(repeated):
        return []
    found = [("note", f"{len(repeated)} of {len(hashes)} train rows of X have an equal row in train ({first_three(repeated)})",
              "where they are one thing measured twice, keep them on one side of each fold (GroupKFold)")]
    for label in labels:
        if not label.is_classes or len(label.codes) != len(hashes):
            continue
        pairs = np.unique(np.stack([places, label.codes], axis=1), axis=0)[:, 0]
        differing = np.isin(places, np.flatnonzero(np.bincount(pairs, minlength=len(counts)) > 1))
        if differing.any():
            rows = np.flatnonzero(differing)
            found.append(("note", f"{len(rows)} train rows are equal in X and differ in {label.name} ({first_three(rows)})",
                          "no model can be right on them all: check the labels, or say so in the statement"))
    return found


def shared_rows(inside, other, names, costs):
    """Rows of `inside` that stand in `other` too. An accident where rows repeat anyway; a leak where they do not."""
    shared = np.flatnonzero(np.isin(inside, other))
    if not len(shared):
        return []
    share = len(shared) / len(inside)
    natural = 1 - len(np.unique(other)) / len(other)
    weight = "error" if share > max(_COMMON, 2 * natural) else "warning"
    partners = [int(np.flatnonzero(other == inside[row])[0]) for row in shared[:3]]
    return [(weight, f"{len(shared)} of {len(inside)} {names[0]} rows stand in {names[1]} too ({first_three(shared)} of {names[0]} are "
             f"{first_three(partners).removesuffix(', ...')} of {names[1]}): {costs}",
             "split again so that no row is in both, and keep copies of one thing together")]


def label_troubles(train, test):
    """Missing labels, and labels that only the test part has."""
    found = []
    for part, labels in (("train", train), ("test", test)):
        for label in labels:
            missing = _missing(label)
            if len(missing):
                found.append((part, ("error", f"{len(missing)} of {len(label.codes)} {part} labels ({label.name}) are missing or not "
                                     f"finite ({first_three(missing)})", "leave those rows out, or give them a label")))
    for mine, other in zip(train, test):
        if not mine.is_classes or not other.is_classes:
            continue
        known = set(np.asarray(mine.values, dtype=object)[mine.codes >= 0])
        strange = sorted({str(value) for value in np.asarray(other.values, dtype=object)[other.codes >= 0] if value not in known})
        if strange:
            shown = ", ".join(strange[:5]) + (", ..." if len(strange) > 5 else "")
            found.append(("test", ("warning", f"{mine.name} has labels in test that train has not: {shown}",
                                   "nobody can learn them: move rows to train, or leave the class out")))
    return found


def _missing(label):
    if label.numbers is not None:
        return np.flatnonzero(~np.isfinite(label.numbers))
    return np.flatnonzero(label.codes < 0)


def sequence_key(label):
    """The labels in turn as text, or None where so plain a sequence turns up by itself."""
    codes = label.codes
    if len(codes) < FEWEST_ROWS / 2 or np.count_nonzero(codes[1:] != codes[:-1]) < _LONG_SEQUENCE:
        return None
    return joined(label.values)


def joined(values):
    """Values in turn as one text in which a run of them can be sought: 1, 1.0 and "1" are one."""
    import pandas as pd

    series = pd.Series(np.asarray(values, dtype=object))
    numbers = pd.to_numeric(series, errors="coerce")
    words = [repr(float(number)) if number == number else str(value).strip() for number, value in zip(numbers, series)]
    return "\x1f" + "\x1f".join(words) + "\x1f"
