"""Every attack of the table, in each mode that this machine has: it fails, its author is told the right reason, no
output holds a secret, and the next honest submission in the same judge scores as before, in all bits.

Standard library only. $AGORA is the program (default: build/release/agora); line_judge stands beside it.
"""
import os
import platform
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import modes  # noqa: E402
from attack import Scene  # noqa: E402
from table import TABLE  # noqa: E402


class Attacks(unittest.TestCase):
    """All attacks, in the mode of a subclass."""

    @classmethod
    def setUpClass(cls):
        if platform.machine() != "x86_64":
            raise unittest.SkipTest(f"the attacks know the system calls of x86_64, not those of {platform.machine()}")
        mode = cls.mode()
        cls.addClassCleanup(mode.close)
        if why := mode.why_not():
            raise unittest.SkipTest(f"{mode.name}: {why}")
        mode.start()
        judge = modes.LineJudge(mode)
        cls.addClassCleanup(judge.close)
        cls.scene = Scene(mode, judge)
        cls.held = 0

    @classmethod
    def tearDownClass(cls):
        print(f"{cls.scene.mode.name}: {cls.held} of {len(TABLE)} held", file=sys.stderr, flush=True)

    def holds(self, attack):
        self.scene.test = self
        self.scene.holds(attack)
        type(self).held += 1


def test_of(attack):
    def test(self):
        self.holds(attack)
    test.__doc__ = f"{attack.number}: {attack.name}"
    return f"{attack.number:02}_{attack.name}", test


AsRoot, AsRootWithoutGroups, WithoutRoot = modes.in_each(Attacks, map(test_of, TABLE))
del Attacks


if __name__ == "__main__":
    unittest.main()
