"""A problem's zygote: what all its cells share is loaded once."""
import sys

sys.path.insert(0, "/bench")


def run(channel, handed, argument):
    import hoard_cell  # noqa: F401
    import iris_cell  # noqa: F401
    import spin_cell  # noqa: F401
