"""Every number of `agora kit run --json` equals what the real ramp-test saves, to 1e-9."""

import tomllib
import unittest

import ramp

KITS = sorted(path.parent for path in (ramp.ROOT / "kits").glob("*/problem.py"))


def baselines(kit):
    return tomllib.loads((kit / "kit.toml").read_text())["baselines"]


class ShippedKits(unittest.TestCase):
    def check(self, kit, submission, data=None, extra=()):
        ours = ramp.agora_scores(kit, submission, data, extra)
        self.assertNotIn("error", ours)
        self.assertEqual(ramp.differences(ours, ramp.ramp_scores(kit, submission, data, quick="--quick" in extra)), [])

    def test_the_starting_kits_score_as_ramp_test_does(self):
        self.assertEqual(len(KITS), 8)
        for kit in KITS:
            with self.subTest(kit=kit.name):
                self.check(kit, baselines(kit)[0])

    def test_the_strongest_baselines_score_as_ramp_test_does(self):
        for kit in KITS:
            with self.subTest(kit=kit.name):
                self.check(kit, baselines(kit)[-1])

    def test_quick_mode_is_rampwfs_test_mode(self):
        kit = ramp.ROOT / "kits" / "drug_spectra"
        self.check(kit, "starting_kit", extra=("--quick",))

    def test_one_fold_at_a_time_gives_the_same_numbers(self):
        kit = ramp.ROOT / "kits" / "breast_cancer"
        one, many = (ramp.agora_scores(kit, extra=("--jobs", jobs)) for jobs in ("1", "4"))
        self.assertEqual(one["scores"], many["scores"])
        self.assertEqual([fold["valid"] for fold in one["folds"]], [fold["valid"] for fold in many["folds"]])


class RealData(unittest.TestCase):
    """The same kits on the real data that $AGORA_REAL_DATA names."""

    def check(self, name):
        data = ramp.REAL_DATA / name
        if not data.is_dir():
            self.skipTest(f"no real data at {data}: set AGORA_REAL_DATA to the folder that holds {name}/")
        kit = ramp.ROOT / "kits" / name
        ours = ramp.agora_scores(kit, data=data)
        self.assertNotIn("error", ours)
        self.assertEqual(ramp.differences(ours, ramp.ramp_scores(kit, "starting_kit", data)), [])

    def test_variable_stars(self):
        self.check("variable_stars")

    def test_drug_spectra(self):
        self.check("drug_spectra")


if __name__ == "__main__":
    unittest.main()
