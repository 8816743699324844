"""Preloaded by zygotes of sessions, programs and builds: their entries, and what people import first."""

from agora_cell import build, program, session, usual  # noqa: F401

for name in ("numpy", "scipy", "pandas", "sklearn", "matplotlib.pyplot", *usual.NAMES):
    usual.load(name)
