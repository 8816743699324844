"""Object arrays that hold lists of floats, such as light curves, packed as a table of distinct numbers.

Measured values have few digits, so a few thousand distinct floats may stand for millions. As a pickle each of them
becomes an object of its own again in every cell: slow to read, scattered over the memory, and, as Python counts
references inside its objects, copied page by page by each fork that only looks at it. Packed, equal floats are one
object. What comes back is equal to what went in: the same types, the same bits, the same order.
"""

import itertools

import numpy as np

_WORTH_PACKING = 100_000  # floats
_SAMPLE = 20_000
_PORTION = 8_192  # floats rebuilt at once: what that takes is used again, where a page of its own costs each fork
_FEW = 0.25  # distinct floats, as a share of all


def reduce_array(array):
    """What pickle needs to rebuild an object array of float lists, or NotImplemented where packing gains nothing."""
    if type(array) is not np.ndarray or array.dtype != object or array.size == 0:
        return NotImplemented
    order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    values = array.ravel(order).tolist()
    lengths = [len(value) if _is_float_list(value) else -1 for value in values]
    lists = [value for value, length in zip(values, lengths) if length >= 0]
    count = sum(map(len, lists))
    if count < _WORTH_PACKING or len(set(map(id, lists))) != len(lists):  # one list in two places stays one list
        return NotImplemented
    if len(set(itertools.islice(itertools.chain.from_iterable(lists), _SAMPLE))) > _FEW * _SAMPLE:
        return NotImplemented
    codes, distinct = _table(np.fromiter(itertools.chain.from_iterable(lists), np.float64, count))
    others = [value for value, length in zip(values, lengths) if length < 0]
    return rebuild_array, (array.shape, order, codes, distinct, np.array(lengths), others)


def _table(numbers):
    """Each number's place in a table of the distinct ones; by their bits, so that NaN, 0.0 and -0.0 stay apart."""
    import pandas as pd

    codes, distinct = pd.factorize(numbers.view(np.int64))
    return codes.astype(np.int32 if len(distinct) < 2**31 else np.int64), distinct.view(np.float64)


def rebuild_array(shape, order, codes, distinct, lengths, others):
    array = np.empty(len(lengths), dtype=object)
    for place, value in zip(np.flatnonzero(lengths < 0).tolist(), others):
        array[place] = value
    table = np.array(distinct.tolist(), dtype=object)
    at = 0
    for places in _portions(lengths):
        sizes = lengths[places].tolist()
        floats = table[codes[at:at + sum(sizes)]].tolist()
        at += len(floats)
        first = 0
        for place, size in zip(places.tolist(), sizes):
            array[place] = floats[first:first + size]
            first += size
    return array.reshape(shape, order=order)


def _portions(lengths):
    """The places of the lists, in runs that hold about `_PORTION` floats or one list."""
    places = np.flatnonzero(lengths >= 0)
    runs = np.cumsum(lengths[places]) // _PORTION
    return np.split(places, np.flatnonzero(np.diff(runs)) + 1)


def _is_float_list(value):
    return type(value) is list and set(map(type, value)) == {float}
