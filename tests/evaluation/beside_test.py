"""Work in a fork beside what goes on: its result, its failure, and where it must not fork."""

import os
import pathlib
import sys
import threading
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "sdk" / "python"))
from agora_cell import beside  # noqa: E402


class BesideTest(unittest.TestCase):
    def test_works_in_a_process_of_its_own(self):
        self.assertNotEqual(beside.Beside(os.getpid).result(), os.getpid())

    def test_gives_the_same_result_again(self):
        work = beside.Beside(os.getpid)
        self.assertEqual(work.result(), work.result())

    def test_a_failure_is_raised_where_the_result_is_asked(self):
        def fail():
            raise ValueError("no such thing")

        work = beside.Beside(fail)
        with self.assertRaisesRegex(ValueError, "no such thing"):
            work.result()

    def test_a_fork_that_is_killed_is_worked_again_here(self):
        here = os.getpid()

        def die_elsewhere():
            if os.getpid() != here:
                os.kill(os.getpid(), 9)
            return os.getpid()

        self.assertEqual(beside.Beside(die_elsewhere).result(), here)

    def test_does_not_fork_where_there_are_threads(self):
        over = threading.Event()
        other = threading.Thread(target=over.wait)
        other.start()
        try:
            self.assertEqual(beside.Beside(os.getpid).result(), os.getpid())
        finally:
            over.set()
            other.join()

    def test_does_not_fork_a_large_process(self):
        with mock.patch.object(beside, "_MOST_MEMORY", 1):
            self.assertEqual(beside.Beside(os.getpid).result(), os.getpid())

    def test_leaves_no_descriptor_open(self):
        before = os.listdir("/proc/self/fd")
        beside.Beside(os.getpid).result()
        self.assertEqual(os.listdir("/proc/self/fd"), before)


if __name__ == "__main__":
    unittest.main()
