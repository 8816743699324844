"""The leak checks of check cells as functions: they see what is there, and chance does not fool them.

Runs in the default environment (NumPy, pandas, SciPy); skipped where the interpreter has none.
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "sdk/python"))

try:
    import numpy as np
    import pandas as pd

    from agora_cell import check_leaks, check_tables
except ImportError as missing:
    raise unittest.SkipTest(f"the default environment is needed: {missing}") from None


def label(values):
    return check_tables.Label("y", np.asarray(values), known_classes=False)


class Chance(unittest.TestCase):
    """Five hundred honest data sets of every make, no error and no warning."""

    def test_random_order_is_not_sorted(self):
        generator = np.random.default_rng(57)
        for trial in range(500):
            rows = int(generator.integers(20, 400))
            share = generator.uniform(0.005, 0.5)
            for values in ((generator.random(rows) < share).astype(int), generator.integers(0, 5, rows), generator.normal(size=rows)):
                self.assertEqual(check_leaks.sorted_by_label(label(values), "train"), [], f"trial {trial}: {values}")

    def test_honest_columns_tell_nothing(self):
        generator = np.random.default_rng(58)
        for trial in range(100):
            rows = int(generator.integers(20, 400))
            truth = (generator.random(rows) < generator.uniform(0.005, 0.5)).astype(int)
            columns = [("normal", generator.normal(size=rows)), ("tailed", generator.geometric(0.05, rows)),
                       ("shifted", generator.normal(size=rows) + truth), ("id", generator.permutation(rows))]
            for y in (truth, generator.normal(size=rows)):
                found = check_leaks.telling_columns(columns, [label(y)])
                self.assertEqual(found, [], f"trial {trial}")

    def test_categories_that_meet_by_accident_are_no_error(self):
        generator = np.random.default_rng(59)
        train, test = (check_tables.hash_rows(pd.DataFrame(generator.integers(0, 4, (200, 3))), "/") for _ in range(2))
        (weight, message, _), = check_leaks.shared_rows(test, train, ("test", "train"), "")
        self.assertEqual(weight, "warning", message)


class Sight(unittest.TestCase):
    def test_sorted_numbers(self):
        values = np.sort(np.random.default_rng(1).normal(size=50))
        self.assertEqual(check_leaks.sorted_by_label(label(values[::-1]), "test")[0][0], "error")

    def test_a_trend_is_a_warning(self):
        generator = np.random.default_rng(2)
        values = np.arange(300) + generator.normal(scale=30, size=300)
        self.assertEqual(check_leaks.sorted_by_label(label(values), "train")[0][0], "warning")

    def test_classes_in_blocks_are_a_warning(self):
        values = np.repeat([0, 1] * 10, 20)
        self.assertEqual(check_leaks.sorted_by_label(label(values), "train")[0][0], "warning")

    def test_copies_of_a_number_in_other_words(self):
        y = np.random.default_rng(3).normal(size=60)
        for column in (y, 3 * y - 7, np.argsort(np.argsort(y))):
            found = check_leaks.telling_columns([("column 'x'", column)], [label(y)])
            self.assertEqual([weight for weight, _, _ in found], ["error"])
        monotone = check_leaks.telling_columns([("column 'x'", np.exp(2 * y))], [label(y)])
        self.assertEqual([weight for weight, _, _ in monotone], ["warning"])

    def test_words_that_stand_for_classes(self):
        y = np.random.default_rng(4).integers(0, 3, 100)
        found = check_leaks.telling_columns([("column 'x'", np.array(["red", "green", "blue"], dtype=object)[y])], [label(y)])
        self.assertIn("each of its 3 values", found[0][1])

    def test_missing_labels(self):
        y = np.array([1.0, np.nan, 2.5, np.inf] + [0.1] * 30)
        (part, (weight, message, _)), = check_leaks.label_troubles([label(y)], [])
        self.assertEqual((part, weight), ("train", "error"))
        self.assertIn("2 of 34", message)


class Rows(unittest.TestCase):
    """Equal rows hash alike in every container, and others do not."""

    def test_containers(self):
        table = pd.DataFrame({"a": [1, 2, 1], "b": ["x", "y", "x"], "c": [[1, 2], [3], [1.0, 2.0]]})
        images = np.array([[[0, 1], [2, 3]], [[0, 1], [2, 4]], [[0, 1], [2, 3]]], dtype=np.uint8)
        import scipy.sparse

        for X in (table, table.set_index("a"), images, images.astype(float), images.tolist(), table["b"],
                  scipy.sparse.csr_matrix(images.reshape(3, 4))):
            hashes = check_tables.hash_rows(X, "/")
            self.assertEqual(hashes[0], hashes[2], type(X))
            self.assertNotEqual(hashes[0], hashes[1], type(X))

    def test_widths_of_numbers_do_not_matter(self):
        a = check_tables.hash_rows(pd.DataFrame({"a": [1, 2]}), "/")
        b = check_tables.hash_rows(pd.DataFrame({"a": [1.0, 2.0]}), "/")
        self.assertEqual(a.tolist(), b.tolist())

    def test_columns_in_another_order_are_another_row(self):
        hashes = check_tables.hash_rows(pd.DataFrame({"a": [1, 2], "b": [2, 1]}), "/")
        self.assertNotEqual(hashes[0], hashes[1])


class Sequences(unittest.TestCase):
    def test_one_form_for_1_and_1_0(self):
        key = check_leaks.sequence_key(label([1, 2, 1, 2, 1, 2, 1, 2, 1, 2]))
        self.assertIn(key, check_leaks.joined(["n", "1.0", "2.0", "1", "2", "1", "2", "1", "2", "1", "2", "7"]))
        self.assertNotIn(key, check_leaks.joined(["1", "2", "1", "2", "1", "2", "1", "2", "1", "22"]))

    def test_a_plain_sequence_says_nothing(self):
        self.assertIsNone(check_leaks.sequence_key(label([0] * 50 + [1] * 50)))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
