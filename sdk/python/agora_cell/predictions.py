"""Predictions into the result memory: a fixed header and plain numbers, or the ragged form.

Dense: b"AGR1", two ASCII characters of dtype, uint16 rank, uint64 rows, uint64 columns (0 for rank 1), padded to 64
bytes, then the numbers, row-major. Ragged: b"AGRR", uint32 0, uint64 rows, uint64 width k, uint64 items n, padded to
64 bytes, then rows x 2 int64 (first item and end; -1 -1 for a null row), then n x k float64.
The trusted side fixed the size of the memory from the truth, and checks every number of the header.
"""

import mmap
import struct

import numpy as np

from agora_cell.failure import Refused

DENSE_DTYPES = {"f4", "f8", "i4", "i8", "b1"}
HEADER = 64


def write_dense(memory, offset, capacity, y_pred):
    """Writes an array of rank 1 or 2; `capacity` bytes from `offset` are ours."""
    array = np.asarray(y_pred)
    name = array.dtype.kind + str(array.dtype.itemsize)
    if name not in DENSE_DTYPES:
        raise Refused("dtype", f"predictions have dtype {array.dtype}; return float32, float64, int32, int64 or bool")
    if array.ndim not in (1, 2):
        raise Refused("shape", f"predictions have shape {array.shape}; return one or two dimensions")
    if HEADER + array.nbytes > capacity:
        raise Refused("shape", f"predictions have shape {array.shape}, more than the truth has")
    columns = array.shape[1] if array.ndim == 2 else 0
    memory[offset:offset + HEADER] = struct.pack(
        "<4s2sHQQ", b"AGR1", name.encode(), array.ndim, array.shape[0], columns).ljust(HEADER, b"\0")
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    start = offset + HEADER
    memory[start:start + little.nbytes] = little.tobytes()


def write_ragged(memory, offset, capacity, y_pred):
    """Writes one list of equally long number tuples a row; None is a null row."""
    rows = [None if row is None else np.asarray(row, dtype=np.float64) for row in y_pred]
    filled = [row for row in rows if row is not None and row.size]
    for row in filled:
        if row.ndim != 2:
            raise Refused("shape", "each row of the predictions is a list of equally long tuples of numbers")
    widths = {row.shape[1] for row in filled}
    if len(widths) > 1:
        raise Refused("shape", f"tuples of the predictions have different lengths: {sorted(widths)}")
    width = widths.pop() if widths else 1
    items = sum(len(row) for row in filled)
    if HEADER + 16 * len(rows) + 8 * items * width > capacity:
        raise Refused("output", f"predictions hold {items} items in {len(rows)} rows, more than may be returned")
    bounds = np.empty((len(rows), 2), dtype="<i8")
    at = 0
    for i, row in enumerate(rows):
        length = len(row) if row is not None and row.size else 0
        bounds[i] = (-1, -1) if row is None else (at, at + length)
        at += length
    numbers = np.concatenate(filled).astype("<f8") if filled else np.empty((0, width), dtype="<f8")
    body = struct.pack("<4sIQQQ", b"AGRR", 0, len(rows), width, items).ljust(HEADER, b"\0")
    body += bounds.tobytes() + numbers.tobytes()
    memory[offset:offset + len(body)] = body


def read_dense(view):
    """The array that stands at the start of `view` (trusted copy, header already checked)."""
    _, name, rank, rows, columns = struct.unpack_from("<4s2sHQQ", view)
    shape = (rows, columns) if rank == 2 else (rows,)
    count = rows * (columns if rank == 2 else 1)
    return np.frombuffer(view, dtype="<" + name.decode(), count=count, offset=HEADER).reshape(shape).copy()


def read_ragged(view):
    """The rows that stand at the start of `view`, as an object array of lists of tuples."""
    _, _, rows, width, items = struct.unpack_from("<4sIQQQ", view)
    bounds = np.frombuffer(view, dtype="<i8", count=2 * rows, offset=HEADER).reshape(rows, 2)
    numbers = np.frombuffer(view, dtype="<f8", count=items * width, offset=HEADER + 16 * rows).reshape(items, width)
    y_pred = np.empty(rows, dtype=object)
    for i, (start, end) in enumerate(bounds):
        y_pred[i] = None if start < 0 else [tuple(item) for item in numbers[start:end].tolist()]
    return y_pred


def read_predictions(view):
    return read_ragged(view) if bytes(view[:4]) == b"AGRR" else read_dense(view)


def map_shared(fd, size):
    return mmap.mmap(fd, size)
