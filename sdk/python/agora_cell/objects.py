"""Objects between trusted memory and cells: pickle 5 with its buffers out of band.

Layout (little-endian): b"AGO1", uint32 number of buffers n, uint64 pickle size, n x uint64 buffer sizes, the pickle,
then each buffer at the next multiple of 64. A reader maps the memory privately, so arrays cost no copy until they
are written to, and may be written to as their owner pleases.

Only ever read here what the trusted side or the kit wrote: a pickle of a submission's never crosses a cell's wall.
"""

import gc
import io
import mmap
import os
import pickle
import struct

from agora_cell import float_lists

_MAGIC = b"AGO1"
_ALIGN = 64


class _Pickler(pickle.Pickler):
    def reducer_override(self, value):
        return float_lists.reduce_array(value)


def _padding(size):
    return -size % _ALIGN


def write_object(fd, value, offset=0):
    """Writes `value` at `offset` of `fd`; returns the number of bytes, a multiple of 64."""
    buffers = []
    body = io.BytesIO()
    _Pickler(body, protocol=5, buffer_callback=buffers.append).dump(value)
    body = body.getvalue()
    views = [buffer.raw() for buffer in buffers]
    head = struct.pack("<4sIQ", _MAGIC, len(views), len(body))
    head += struct.pack(f"<{len(views)}Q", *(view.nbytes for view in views))
    at = offset
    for part in [head + body, *views]:
        at = _write_at(fd, part, at)
        at += _padding(at - offset)
    os.truncate(fd, max(at, os.fstat(fd).st_size))
    return at - offset


def _write_at(fd, part, at):
    view = memoryview(part).cast("B")
    while view:
        put = os.pwrite(fd, view[: 1 << 30], at)
        view = view[put:]
        at += put
    return at


def read_object(fd, offset=0, size=None):
    """The object at `offset`, backed by a private, writable mapping of `fd`."""
    if size is None:
        size = os.fstat(fd).st_size - offset
    page = mmap.ALLOCATIONGRANULARITY
    start = offset - offset % page
    mapping = mmap.mmap(fd, size + offset - start, flags=mmap.MAP_PRIVATE,
                        prot=mmap.PROT_READ | mmap.PROT_WRITE, offset=start)
    view = memoryview(mapping)[offset - start:]
    magic, count, body_size = struct.unpack_from("<4sIQ", view)
    if magic != _MAGIC:
        raise ValueError("this memory holds no object")
    sizes = struct.unpack_from(f"<{count}Q", view, 16)
    at = 16 + 8 * count
    body = view[at:at + body_size]
    at += body_size
    buffers = []
    for length in sizes:
        at += _padding(at)
        buffers.append(view[at:at + length])
        at += length
    collects = gc.isenabled()
    gc.disable()  # millions of new objects and no garbage among them
    try:
        return pickle.loads(body, buffers=buffers)
    finally:
        if collects:
            gc.enable()
