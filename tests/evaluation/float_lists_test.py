"""Light curves cross to a cell packed, and come back as they were: types, bits, order, and who shares what."""

import mmap
import os
import pathlib
import struct
import sys
import unittest

import numpy as np
import pandas as pd

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "sdk" / "python"))

from agora_cell import float_lists, objects  # noqa: E402

NAN = struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000123))[0]  # a NaN with a payload of its own
SPECIAL = [0.0, -0.0, NAN, float("inf"), -1.5, 5e-324]


def curves(rows=600, length=200, seed=0):
    """Lists of 1,000 distinct floats, 120,000 in all, the special ones among them."""
    draw = np.random.RandomState(seed)
    table = SPECIAL + (draw.randint(0, 100_000, 994) / 1000).tolist()
    return [[table[k] for k in draw.randint(0, 1000, length + i % 3)] for i in range(rows)]


def column(values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def carried(value):
    """`value` as a cell gets it, and the bytes that it took."""
    fd = os.memfd_create("value")
    try:
        size = objects.write_object(fd, value)
        return objects.read_object(fd), size
    finally:
        os.close(fd)


def bits(values):
    return [struct.pack(f"<{len(value)}d", *value) for value in values]


class Packed(unittest.TestCase):
    def test_every_bit_and_type_comes_back(self):
        values = curves()
        array, size = carried(column(values))
        self.assertLess(size, 8 * sum(map(len, values)), "it was not packed")
        self.assertEqual(array.dtype, object)
        self.assertEqual(bits(array), bits(values))
        self.assertEqual({type(value) for value in array}, {list})
        self.assertEqual({type(x) for value in array for x in value}, {float})

    def test_equal_floats_are_one_object_and_lists_are_each_their_own(self):
        array, _ = carried(column(curves()))
        self.assertLessEqual(len({id(x) for value in array for x in value}), 1000)
        array[0][0] = 17.0
        self.assertEqual(bits(array[1:]), bits(curves()[1:]))

    def test_other_values_between_the_lists_stay_where_they_were(self):
        values = curves()
        others = {3: None, 4: "a name", 7: [], 8: [1.0, 2], 9: (1.0, 2.0), 10: [True, 1.0], 11: np.float64(2.5)}
        for place, value in others.items():
            values.insert(place, value)
        array, _ = carried(column(values))
        for place, value in others.items():
            self.assertEqual(array[place], value)
            self.assertIs(type(array[place]), type(value))
        self.assertIs(type(array[10][0]), bool)
        self.assertEqual(bits(array[12:]), bits(values[12:]))

    def test_shape_and_order_in_memory_are_kept(self):
        for order in "CF":
            with self.subTest(order=order):
                array = np.array(column(curves()).reshape(200, 3), order=order)
                again, _ = carried(array)
                self.assertEqual(again.shape, (200, 3))
                self.assertEqual(again.flags.f_contiguous, order == "F")
                self.assertEqual(bits(again.ravel()), bits(array.ravel()))

    def test_a_frame_is_equal_and_may_be_written_to(self):
        frame = pd.DataFrame({"flux": column(curves()), "time": column(curves(seed=1)), "period": np.arange(600.0)})
        again, _ = carried(frame)
        pd.testing.assert_frame_equal(again, frame, check_exact=True)
        again.loc[5, "period"] = 1.0
        again["flux"].iloc[0].append(2.0)
        self.assertEqual(len(again["flux"].iloc[0]), len(frame["flux"].iloc[0]) + 1)

    def test_an_array_that_stands_twice_stays_one(self):
        array = column(curves())
        (first, second), _ = carried((array, array))
        self.assertIs(first, second)


class Plain(unittest.TestCase):
    """Where packing would gain nothing, or change something, pickle does what it always did."""

    def test_reasons_to_leave_an_array_alone(self):
        twice = curves()
        twice[1] = twice[0]
        class Own(np.ndarray):
            pass
        cases = [
            ("numbers", np.arange(200_000.0)),
            ("few floats", column(curves(rows=10))),
            ("all distinct", column(np.random.RandomState(0).rand(600, 200).tolist())),
            ("one list in two places", column(twice)),
            ("lists of integers", column([[1] * 200 for _ in range(600)])),
            ("no lists", column(["x"] * 200_000)),
            ("nothing", np.empty(0, dtype=object)),
            ("a class of its own", column(curves()).view(Own)),
        ]
        for what, array in cases:
            with self.subTest(what):
                self.assertIs(float_lists.reduce_array(array), NotImplemented)

    def test_a_list_in_two_places_stays_one_list(self):
        values = curves()
        values[1] = values[0]
        array, _ = carried(column(values))
        self.assertIs(array[0], array[1])

    def test_arrays_of_numbers_still_lie_in_the_mapping(self):
        array, _ = carried(np.arange(100_000.0))
        base = array
        while getattr(base, "base", None) is not None:
            base = base.base
        self.assertIsInstance(getattr(base, "obj", base), mmap.mmap)


if __name__ == "__main__":
    unittest.main()
