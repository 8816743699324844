"""A request's code and its exceptions: the last expression apart, and tracebacks without frames of ours."""

import ast
import os
import struct
import traceback

_RUNTIME = os.path.dirname(os.path.abspath(__file__)) + os.sep
_SHARES = (0.01, 0.2, 0.7)  # of a packet: type, message, traceback


def split_last(text, name):
    """Code objects of the statements and of the last expression, or None where there is none."""
    tree = compile(text, name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = compile(ast.Expression(tree.body.pop().value), name, "eval", dont_inherit=True)
    return compile(tree, name, "exec", dont_inherit=True), last


def encode(error, name, most):
    """The packet that tells what was raised, at most `most` bytes."""
    told = traceback.TracebackException.from_exception(error)
    line = line_of(told, name)
    forget_our_frames(told, set())
    texts = (type(error).__name__, words_of(error), "".join(told.format()))
    parts = [cut(text.encode("utf-8", "backslashreplace"), int(most * share)) for text, share in zip(texts, _SHARES)]
    return f"x{line} ".encode() + b"".join(struct.pack("<I", len(part)) + part for part in parts)


def words_of(error):
    try:
        return str(error)
    except BaseException:  # an exception may refuse to be shown
        return ""


def line_of(told, name):
    """The innermost line of the request's own code."""
    if getattr(told, "filename", None) == name:
        return int(told.lineno or 0)
    return next((frame.lineno for frame in reversed(told.stack) if frame.filename == name), 0)


def forget_our_frames(told, seen):
    if told is None or id(told) in seen:
        return
    seen.add(id(told))
    kept = [frame for frame in told.stack if not frame.filename.startswith(_RUNTIME)]
    told.stack = traceback.StackSummary.from_list(kept)
    forget_our_frames(told.__cause__, seen)
    forget_our_frames(told.__context__, seen)


def cut(data, limit):
    """The first and the last part of `data`: where a text is long, its end says most."""
    if len(data) <= limit:
        return data
    return data[: limit // 2] + b"\n[...]\n" + data[-(limit // 2 - 10):]
