"""One line that says how it goes, and vanishes: on a terminal's standard error, or below a notebook's cell."""

from __future__ import annotations

import builtins
import sys
import time
from typing import Callable, Optional

EACH_SECONDS = 0.1
_CELLS = 24


def in_notebook() -> bool:
    """Whether this runs in a kernel, whose output is shown below a cell."""
    shell = getattr(builtins, "get_ipython", lambda: None)()
    return shell is not None and getattr(shell, "kernel", None) is not None


class Line:
    """A line that is drawn over again. Silent where nobody would see it change."""

    def __init__(self) -> None:
        self.notebook = in_notebook()
        self.stream = sys.stdout if self.notebook else sys.stderr
        self.draws = self.notebook or self.stream.isatty()
        self._length = 0
        self._last = ""

    def draw(self, text: str) -> None:
        if not self.draws or text == self._last:
            return
        self._last = text
        # Spaces, not an escape sequence: not every notebook clears a line at one.
        self.stream.write("\r" + text + " " * max(0, self._length - len(text)))
        self.stream.flush()
        self._length = len(text)

    def clear(self) -> None:
        if self.draws and self._length:
            self.stream.write("\r" + " " * self._length + "\r")
            self.stream.flush()
        self._length = 0
        self._last = ""

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *why: object) -> None:
        self.clear()


def size_text(size: float) -> str:
    if size < 1000:
        return f"{size:.0f} bytes"
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.95:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} TB"


def bar_text(done: int, all: int) -> str:
    """ "━━━━────  12.0 MB of 30.1 MB" """
    full = min(_CELLS, done * _CELLS // all) if all else _CELLS
    return "━" * full + "─" * (_CELLS - full) + f"  {size_text(done)} of {size_text(all)}"


def bytes_bar(line: Line, title: str) -> Callable[[int, int], None]:
    """Draws a transfer's progress into `line`."""
    last: Optional[float] = None

    def draw(done: int, all: int) -> None:
        nonlocal last
        now = time.monotonic()
        if last is not None and now - last < EACH_SECONDS and done < all:
            return
        last = now
        line.draw(f"{title}  {bar_text(done, all)}")

    return draw
