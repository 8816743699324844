"""Preloaded where a judge lasts: see usual.py."""

from agora_cell import usual

for name in usual.NAMES:
    usual.load(name)
