"""Agora from Python: take part in the events of a center, from a notebook, a script or the `agora` command.

    import agora
    agora.connect("https://agora.example.org", token="agora_...")
    kit = agora.start("variable-stars")
    X, y = agora.load_data("variable-stars")
    agora.submit(kit / "submissions" / "starting_kit")
    agora.board("variable-stars")

All failures are AgoraError: its text says what is wrong and what to change.
"""

from agora.center import Center
from agora.errors import AgoraError
from agora.notebook import board, connect, load_data, start, submit
from agora.results import Board, BoardRow, Column, Event, Reason, Score, Submission
from agora.version import VERSION as __version__

__all__ = ["AgoraError", "Board", "BoardRow", "Center", "Column", "Event", "Reason", "Score", "Submission",
           "__version__", "board", "connect", "load_data", "start", "submit"]
