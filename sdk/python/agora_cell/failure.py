"""Failures in words that travel: kind, class, message, cleaned traceback, file and line.

What leaves a cell is plain bytes: b"AGF1" and six length-prefixed UTF-8 texts. The trusted side believes none of it.
"""

import errno
import os
import struct
import traceback

_RUNTIME = os.path.dirname(os.path.abspath(__file__))
# In bytes of UTF-8: kind, class, message, traceback, file, line. Together they fit into one message.
_LIMITS = (100, 400, 8000, 40000, 4000, 20)


class Refused(Exception):
    """A result that cannot be taken, with the kind of failure that PLATFORM.md names."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def kind_of(error, own_folder):
    """The kind of failure that an exception of a submission stands for."""
    if isinstance(error, Refused):
        return error.kind
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, SyntaxError) and _is_below(error.filename, own_folder):
        return "syntax"
    if isinstance(error, (SyntaxError, ValueError)) and _is_below(_source_being_read(error), own_folder):
        return "syntax"  # no text, or null bytes: there is no line yet
    if isinstance(error, OSError) and error.errno == errno.EAGAIN:
        return "processes"
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return "processes"
    return "exception"


def _is_below(filename, folder):
    if not filename or not folder:
        return False
    return os.path.abspath(filename).startswith(os.path.abspath(folder) + os.sep)


def _source_being_read(error):
    """The file that rampwf was about to import when the error came, or None: its own code had not begun to run."""
    source = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name == "import_module_from_source":
            source = frame.f_locals.get("source")
        elif frame.f_code.co_filename == os.path.abspath(source or ""):
            return None
    return source if isinstance(source, str) else None


def _relative(filename, root):
    path = os.path.abspath(filename) if not filename.startswith("<") else filename
    return os.path.relpath(path, root) if path.startswith(root + os.sep) else filename


def _own_frames(error, root):
    """Frames from the first that belongs to the kit on; the runtime's own are left out."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if not os.path.abspath(frame.filename).startswith(_RUNTIME + os.sep)]
    submissions = os.path.join(root, "submissions") + os.sep
    for i, frame in enumerate(frames):
        if os.path.abspath(frame.filename).startswith(submissions):
            return frames[i:]
    for i, frame in enumerate(frames):
        if os.path.abspath(frame.filename).startswith(root + os.sep):
            return frames[i:]
    return frames


def _place(error, frames, root):
    """File and line of the innermost frame that lies in the kit."""
    if isinstance(error, SyntaxError) and error.filename:
        return _relative(error.filename, root), error.lineno or 0
    source = _source_being_read(error)
    if isinstance(source, str) and not any(os.path.abspath(f.filename) == os.path.abspath(source) for f in frames):
        return _relative(source, root), 0
    for frame in reversed(frames):
        path = _relative(frame.filename, root)
        # compiled code names its source relative to where it was built: "pandas/_libs/parsers.pyx"
        if not os.path.isabs(path) and os.path.isfile(os.path.join(root, path)):
            return path, frame.lineno
    return "", 0


def describe(error, root, own_folder):
    """kind, class, message, traceback, file, line of an exception."""
    frames = _own_frames(error, root)
    shown = [traceback.FrameSummary(_relative(f.filename, root), f.lineno, f.name, line=f.line) for f in frames]
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(shown)] if shown else []
    text = "".join(lines) + _last_line(error).replace(root + os.sep, "")
    file, line = _place(error, frames, root)
    return kind_of(error, own_folder), type(error).__name__, _words(error), text, file, line


def _words(error):
    try:
        return str(error)
    except BaseException:  # an exception may refuse to be shown
        return ""


def _last_line(error):
    if isinstance(error, SyntaxError):
        return "".join(traceback.format_exception_only(type(error), error))
    words = _words(error)
    return f"{type(error).__name__}: {words}\n" if words else f"{type(error).__name__}\n"


def encode(described):
    """The bytes of a failure, for the channel."""
    parts = [_cut(str(part).encode("utf-8", "replace"), limit) for part, limit in zip(described, _LIMITS)]
    return b"AGF1" + b"".join(struct.pack("<I", len(part)) + part for part in parts)


def _cut(data, limit):
    """The first and the last part of `data`: where a text is long, its end says most."""
    if len(data) <= limit:
        return data
    return data[: limit // 2] + b"\n[...]\n" + data[-(limit // 2 - 10):]
