"""A cell takes its own copies of the pages that a zygote's X lies in, and of no others."""

import mmap
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "sdk" / "python"))

from agora_cell import pages  # noqa: E402


class Added(unittest.TestCase):
    def test_what_was_there_is_left_out(self):
        cases = [
            ("nothing before", [], [(0, 10)], [(0, 10)]),
            ("nothing new", [(0, 10)], [(0, 10)], []),
            ("a heap that grew", [(0, 10)], [(0, 30)], [(10, 30)]),
            ("grown on both sides", [(10, 20)], [(0, 30)], [(0, 10), (20, 30)]),
            ("two old ones joined by a new", [(0, 10), (20, 30)], [(0, 30)], [(10, 20)]),
            ("shrunk", [(0, 30)], [(0, 10)], []),
            ("another place", [(0, 10)], [(0, 10), (40, 50)], [(40, 50)]),
        ]
        for what, before, after, expected in cases:
            with self.subTest(what):
                self.assertEqual(pages.added(before, after), expected)

    def test_new_objects_lie_in_the_ranges_that_were_added(self):
        before = pages.private_ranges()
        rows = [[float(i + j) for j in range(50)] for i in range(20000)]
        new = pages.added(before, pages.private_ranges())
        inside = sum(any(start <= id(row) < end for start, end in new) for row in rows)
        self.assertGreater(inside, len(rows) / 2)

    def test_copies_are_taken_only_up_to_the_bound(self):
        def resident():
            with open("/proc/self/statm") as facts:
                return int(facts.read().split()[1]) * mmap.PAGESIZE

        block = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        untouched = resident()
        ranges = [span for span in pages.private_ranges() if span[1] - span[0] >= 64 << 20]
        pages.take_copies(ranges, 1 << 20)
        self.assertLess(resident() - untouched, 8 << 20)
        pages.take_copies(ranges, 1 << 40)
        self.assertGreater(resident() - untouched, 48 << 20)
        block.close()


if __name__ == "__main__":
    unittest.main()
