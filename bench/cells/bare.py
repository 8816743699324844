"""What a cell is measured against: a warm process that forks bare children, without any wall around them.

Reads one byte a request; a child writes f at its first line and works; the parent reaps it and writes r.
"""
import gc
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
for name in sys.argv[1:]:
    importlib.import_module(name)
from iris import work  # noqa: E402

gc.collect()
gc.freeze()
os.write(1, b"R")
while os.read(0, 1):
    child = os.fork()
    if child == 0:
        os.write(1, b"f")
        work()
        os._exit(0)
    os.waitpid(child, 0)
    os.write(1, b"r")
