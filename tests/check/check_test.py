"""`agora kit check`: kits that are broken or leak, each found where it is broken. Standard library only."""

import pathlib
import shutil
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from broken_kits import AGORA, KITS, TARGET, CheckCase, Kit  # noqa: E402

STARTER = "submissions/starting_kit"

PEEK = '''
class _Peeks(rw.workflows.FeatureExtractorClassifier):
    def train_submission(self, module_path, X, y, train_is=None):
        return super().train_submission(module_path, X, y, train_is), (y == 'malignant').mean()

    def test_submission(self, trained, X):
        model, share = trained
        return 0.5 * super().test_submission(model, X) + 0.5 * share


workflow = _Peeks()
'''

NEEDS_ALL = '''
class _NeedsAll(rw.workflows.FeatureExtractorClassifier):
    def train_submission(self, module_path, X, y, train_is=None):
        if (y == 'malignant').sum() != MALIGNANT:
            raise ValueError('some labels are not what they were')
        return super().train_submission(module_path, X, y, train_is)


workflow = _NeedsAll()
'''


class CleanKits(CheckCase):
    def test_a_clean_kit_has_no_finding(self):
        answer, code = self.check()
        self.assertEqual(code, 0)
        self.assertEqual(answer["findings"], [])
        self.assertEqual((answer["kit"], answer["form"]), ("breast_cancer", "ramp"))
        self.assertEqual((answer["unseeded"], answer["mask_dependent"]), (False, False))
        for what in ("text", "folds", "order of rows", "columns", "equal rows", "seeds", "masks"):
            self.assertIn(what, answer["checked"])

    def test_every_sample_kit_is_without_error_and_warning(self):
        for path in sorted(KITS.iterdir()):
            with self.subTest(kit=path.name):
                self.kit = Kit(self.folder, path.name) if path.name != "breast_cancer" else self.kit
                answer, code = self.check()
                self.assertEqual(code, 0)
                self.assert_none(answer, "error", "warning")
                self.assertIn("masks", answer["checked"])


class Text(CheckCase):
    def test_a_missing_function_ends_the_check_early(self):
        self.kit.change("problem.py", "def get_cv(", "def get_cvs(")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "get_cv", "get_cvs")
        self.assertEqual(answer["checked"], ["text"])

    def test_people_read_place_weight_and_next_step(self):
        self.kit.change("problem.py", "def get_cv(", "def get_cvs(")
        done = subprocess.run([AGORA, "kit", "check", str(self.kit.path)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"problem\.py:\d+: error: there is no get_cv .*\(write, for instance")
        self.assertIn("breast_cancer", done.stdout)
        self.assertIn("1 error, 0 warnings, 0 notes", done.stdout)

    def test_a_folder_that_is_not_there_is_wrong_usage(self):
        shutil.rmtree(self.kit.path)
        answer, code = self.check()
        self.assertEqual(code, 2)
        self.assertIn("no folder", answer["error"]["message"])


class Data(CheckCase):
    def test_data_that_does_not_parse_is_named(self):
        with open(self.kit.path / "data/test.csv", "a") as file:
            file.write("1,2,3,4" + ",5" * 100 + "\n")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "data/test.csv", "get_test_data", "ParserError", "problem.py",
                          line=len(self.kit.rows("test")) + 1)

    def test_an_exception_in_a_reader_names_its_line(self):
        self.kit.rewrite("train", lambda rows: [{("verdict" if key == TARGET else key): value
                                                 for key, value in row.items()} for row in rows])
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "get_train_data", "KeyError", "data/train.csv",
                          line=self.kit.line_of("return masses.drop"))

    def test_a_crash_of_the_reader_is_a_finding(self):
        self.kit.change("problem.py", "    masses = pd", "    os.abort()\n    masses = pd")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "the process died of SIG", line=self.kit.line_of("os.abort"))

    def test_a_kit_that_writes_the_findings_itself_is_refused(self):
        self.kit.change("problem.py", "workflow = ", "_pwrite = os.pwrite\n"
                        "os.pwrite = lambda fd, data, at: _pwrite(fd, b'{\"findings\": 7}', at)\nworkflow = ")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "findings are of no form")

    def test_a_kit_that_speaks_on_the_channel_is_refused(self):
        self.kit.change("problem.py", "    masses = pd", "    import gc, agora_cell.channel as channel\n"
                        "    [c for c in gc.get_objects() if type(c) is channel.Channel][0].send(b'done')\n    masses = pd")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "spoke on the cell's own channel")

    def test_a_reader_that_leaves_names_its_line(self):
        self.kit.change("problem.py", "    masses = pd", "    raise SystemExit(3)\n    masses = pd")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "SystemExit", line=self.kit.line_of("raise SystemExit"))

    def test_a_reader_that_takes_too_much_memory_names_its_line(self):
        self.kit.change("problem.py", "    masses = pd", "    hog = [bytearray(1 << 28) for _ in range(64)]\n    masses = pd")
        answer, code = self.check()
        self.assertEqual(code, 1)
        found = self.assert_found(answer, "error", "problem.py", "emory")
        self.assertIn(found["line"], (0, self.kit.line_of("hog =")))  # 0: the cell was killed before it could say

    def test_data_of_an_odd_make_is_let_be(self):
        self.kit.change("problem.py", "return masses.drop(columns=_TARGET), masses[_TARGET].values",
                        "X = masses.drop(columns=_TARGET)\n    X['odd'] = [{1: object()}] * len(X)\n    X['when'] = pd.Timestamp(0)\n"
                        "    return X.assign(kind=pd.Categorical(['a'] * len(X))), masses[_TARGET]")
        answer, code = self.check()
        self.assertEqual(code, 0)
        self.assert_none(answer, "error", "warning")

    def test_fewer_labels_than_rows(self):
        self.kit.change("problem.py", "masses[_TARGET].values", "masses[_TARGET].values[1:]")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "426 rows of X and 425 labels",
                          line=self.kit.line_of("def get_train_data"))

    def test_nan_in_numeric_labels(self):
        self.kit = Kit(self.folder, "wind_quantiles")
        target = self.numeric_target()
        self.kit.change("problem.py", "import pandas as pd", "import numpy as np\nimport pandas as pd")
        self.kit.change("problem.py", "def get_train_data(path='.'):\n    return ",
                        "def get_train_data(path='.'):\n    X, y = ")
        self.kit.change("problem.py", target, target + "\n    y = np.array(y, dtype=float)\n    y[7] = np.nan\n    return X, y")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "data/train.csv", "1 of", "missing or not finite", "row 7")

    def numeric_target(self):
        text = (self.kit.path / "problem.py").read_text()
        return text.split("def get_train_data(path='.'):\n    return ")[1].splitlines()[0]

    def test_labels_that_no_class_lists(self):
        self.kit.change("problem.py", "['benign', 'malignant']", "['benign', 'bad']")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "label_names does not list", "malignant",
                          line=self.kit.line_of("Predictions ="))

    def test_labels_in_test_only(self):
        self.kit.change("problem.py", "['benign', 'malignant']", "['benign', 'malignant', 'unclear']")
        self.kit.change("problem.py", "rw.score_types.ROCAUC(name='roc_auc', precision=4),", "")
        self.kit.rewrite("test", lambda rows: [dict(row, **{TARGET: "unclear"}) if i < 3 else row for i, row in enumerate(rows)])
        answer, _ = self.check()
        self.assert_found(answer, "warning", "data/test.csv", "labels in test that train has not", "unclear")


class Folds(CheckCase):
    def replace_folds(self, pairs):
        self.kit.change("problem.py", "return StratifiedKFold(n_splits, shuffle=True, random_state=57).split(X, y)",
                        "return " + pairs)
        return self.check()

    def test_overlapping_folds(self):
        answer, code = self.replace_folds("[(range(200), range(199, 426))]")
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "overlaps", "first: 199", line=self.kit.line_of("def get_cv"))

    def test_an_empty_fold(self):
        answer, code = self.replace_folds("[(range(426), [])]")
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "fold 0", "empty", line=self.kit.line_of("def get_cv"))

    def test_no_fold(self):
        answer, code = self.replace_folds("[]")
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "no fold", line=self.kit.line_of("def get_cv"))

    def test_a_fold_out_of_range(self):
        answer, code = self.replace_folds("[(range(400), range(400, 427))]")
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "names row 426", line=self.kit.line_of("def get_cv"))

    def test_an_exception_in_get_cv_names_its_line(self):
        answer, code = self.replace_folds("undefined_name")
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "get_cv fails", "undefined_name",
                          line=self.kit.line_of("undefined_name"))

    def test_little_validation_is_noted(self):
        answer, _ = self.replace_folds("[(range(400), range(400, 426))]")
        self.assert_found(answer, "note", "problem.py", "26 of 426 train rows", line=self.kit.line_of("def get_cv"))


class Leaks(CheckCase):
    def test_rows_sorted_by_label(self):
        for part in ("train", "test"):
            self.kit.rewrite(part, lambda rows: sorted(rows, key=lambda row: row[TARGET]))
        answer, code = self.check()
        self.assertEqual(code, 1)
        for part in ("train", "test"):
            self.assert_found(answer, "error", f"data/{part}.csv", f"the {part} rows are sorted by label")

    def test_numbers_in_order(self):
        self.kit = Kit(self.folder, "wind_quantiles")
        self.kit.change("problem.py", "def get_test_data(path='.'):\n    return ",
                        "def get_test_data(path='.'):\n    X, y = ")
        with open(self.kit.path / "problem.py", "a") as file:
            file.write("    order = y.ravel().argsort()\n    return X.iloc[order], y[order]\n")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "data/test.csv", "the test rows are in the order of y")

    def test_the_label_in_x(self):
        self.kit.change("problem.py", "masses.drop(columns=_TARGET)", "masses")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "data/train.csv", f"column '{TARGET}' of X gives y away")

    def test_an_id_in_the_order_of_the_classes(self):
        def with_case(rows):
            order = sorted(range(len(rows)), key=lambda i: rows[i][TARGET])
            number = {row: case for case, row in enumerate(order)}
            return [{"case": 1000 + 7 * number[i], **row} for i, row in enumerate(rows)]

        for part in ("train", "test"):
            self.kit.rewrite(part, with_case)
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "data/train.csv", "column 'case'", "unique for each row", "order of the classes")

    def test_a_constant_column(self):
        self.kit.rewrite("train", lambda rows: [{"centre": "3", **row} for row in rows])
        self.kit.rewrite("test", lambda rows: [{"centre": "3", **row} for row in rows])
        answer, code = self.check()
        self.assertEqual(code, 0)
        self.assert_found(answer, "note", "data/train.csv", "constant", "'centre'")

    def test_names_of_files_that_tell(self):
        self.kit = Kit(self.folder, "plankton")
        images = self.kit.path / "data/images"
        for part in ("train", "test"):
            rows = self.kit.rows(part)
            for row in rows:
                name = f"{row['taxon']}_{row['image']}"
                (images / row["image"]).rename(images / name)
                row["image"] = name
            self.kit.write(part, rows)
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "data/train.csv", "the id without its digits", "gives y away")

    def test_rows_shared_by_train_and_test(self):
        train = self.kit.rows("train")
        self.kit.rewrite("test", lambda rows: rows + train[:20])
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "data/test.csv", "20 of 163 test rows stand in train too",
                          "rows 143, 144, 145, ...", "rows 0, 1, 2 of train")

    def test_one_shared_row_may_be_an_accident(self):
        train = self.kit.rows("train")
        self.kit.rewrite("test", lambda rows: rows + train[:1])
        answer, code = self.check()
        self.assertEqual(code, 0)
        self.assert_found(answer, "warning", "data/test.csv", "1 of 144 test rows stand in train too")

    def test_equal_rows_with_different_labels(self):
        other = {"benign": "malignant", "malignant": "benign"}
        self.kit.rewrite("train", lambda rows: rows + [dict(row, **{TARGET: other[row[TARGET]]}) for row in rows[:2]])
        answer, code = self.check()
        self.assertEqual(code, 0)
        self.assert_found(answer, "note", "data/train.csv", "4 train rows are equal in X and differ in y", "rows 0, 1, 426")


class HiddenData(CheckCase):
    """The public data is the first part of the kit's, the hidden data the rest."""

    def setUp(self):
        super().setUp()
        self.hidden = self.folder / "hidden"
        self.train, self.test = self.kit.rows("train"), self.kit.rows("test")
        self.write_public(self.train[:150], self.train[150:200])
        self.kit.write("train", self.train[200:], self.hidden)
        self.kit.write("test", self.test, self.hidden)

    def write_public(self, train, test):
        self.kit.write("train", train)
        self.kit.write("test", test)

    def test_public_and_hidden_data_apart(self):
        answer, code = self.check("--data", self.hidden)
        self.assertEqual(code, 0)
        self.assertEqual(answer["findings"], [])
        self.assertIn("public and hidden rows", answer["checked"])
        self.assertIn("truth in public files", answer["checked"])

    def test_public_rows_in_the_hidden_test_part(self):
        self.write_public(self.train[:150] + self.test[5:25], self.train[150:200])
        answer, code = self.check("--data", self.hidden)
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "data/train.csv", "20 of 143 hidden test rows stand in public train too",
                          "rows 5, 6, 7, ...", "their labels are public")

    def test_public_rows_in_the_hidden_train_part(self):
        self.write_public(self.train[:210], self.train[150:200])
        answer, _ = self.check("--data", self.hidden)
        self.assert_found(answer, "warning", "data/train.csv", "10 of 226 hidden train rows stand in public train too")

    def test_hidden_labels_in_a_public_table(self):
        labels = [{"n": i, "answer": row[TARGET]} for i, row in enumerate(self.test)]
        self.kit.write("extra", labels)
        answer, _ = self.check("--data", self.hidden)
        self.assert_found(answer, "warning", "data/extra.csv", "'answer'", "labels of the hidden test part")

    def test_hidden_labels_within_a_longer_text(self):
        with open(self.kit.path / "notes.txt", "w") as file:
            file.write("class\nbenign\n" + "\n".join(row[TARGET] for row in self.test) + "\nbenign\n")
        answer, _ = self.check("--data", self.hidden)
        self.assert_found(answer, "warning", "notes.txt", "labels of the hidden test part")

    def test_public_data_that_cannot_be_read(self):
        self.kit.write("test", [{"only": "1"}])
        answer, code = self.check("--data", self.hidden)
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", "problem.py", "get_test_data fails on the public data", "KeyError")


class HiddenNumbers(CheckCase):
    def test_hidden_labels_in_a_public_array(self):
        self.kit = Kit(self.folder, "wind_quantiles")
        hidden = self.folder / "hidden"
        shutil.copytree(self.kit.path / "data", hidden)
        train, test = self.kit.rows("train"), self.kit.rows("test")
        self.kit.write("train", train[:800])
        self.kit.write("test", train[800:1000])
        self.kit.write("train", train[1000:], hidden)
        array = np_bytes([[i, float(row["power"])] for i, row in enumerate(test)])
        (self.kit.path / "weights.npy").write_bytes(array)
        answer, _ = self.check("--data", hidden)
        self.assert_none(answer, "error")
        self.assert_found(answer, "warning", "weights.npy", "column 1", "labels of the hidden test part")


def np_bytes(rows):
    """The bytes of an NPY file (version 1.0) of float64 rows."""
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({len(rows)}, {len(rows[0])}), }}"
    head += " " * (-(10 + len(head) + 1) % 64) + "\n"
    numbers = [number for row in rows for number in row]
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + struct.pack(f"<{len(numbers)}d", *numbers)


class Runs(CheckCase):
    def test_an_unseeded_submission(self):
        self.kit.change(f"{STARTER}/classifier.py", "from sklearn.base", "import numpy as np\nfrom sklearn.base")
        self.kit.change(f"{STARTER}/classifier.py", "return self.model_.predict_proba(X)",
                        "p = self.model_.predict_proba(X)\n        return p + 1e-9 * np.random.default_rng().random(p.shape)")
        answer, code = self.check()
        self.assertEqual(code, 0)
        self.assertTrue(answer["unseeded"])
        self.assertFalse(answer["mask_dependent"])
        self.assert_found(answer, "warning", STARTER, "unseeded", "fold 0")
        self.assertNotIn("masks", answer["checked"])

    def test_global_generators_are_seeded_for_everybody(self):
        self.kit.change(f"{STARTER}/classifier.py", "from sklearn.base", "import numpy as np\nfrom sklearn.base")
        self.kit.change(f"{STARTER}/classifier.py", "return self.model_.predict_proba(X)",
                        "p = self.model_.predict_proba(X)\n        return p + 1e-9 * np.random.rand(*p.shape)")
        answer, code = self.check()
        self.assertEqual((code, answer["unseeded"], answer["findings"]), (0, False, []))

    def test_a_workflow_that_peeks_at_all_labels(self):
        self.kit.change("problem.py", "workflow = rw.workflows.FeatureExtractorClassifier()\n", PEEK)
        answer, code = self.check()
        self.assertEqual(code, 0)
        self.assertTrue(answer["mask_dependent"])
        self.assert_found(answer, "warning", "problem.py", "mask-dependent", "fold 0", "ramp-test")

    def test_a_workflow_that_fails_without_all_labels(self):
        malignant = sum(row[TARGET] == "malignant" for row in self.kit.rows("train"))
        self.kit.change("problem.py", "workflow = rw.workflows.FeatureExtractorClassifier()\n",
                        NEEDS_ALL.replace("MALIGNANT", str(malignant)))
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assertTrue(answer["mask_dependent"])
        self.assert_found(answer, "error", "problem.py", "masked labels", "not what they were",
                          line=self.kit.line_of("raise ValueError"))

    def test_a_baseline_that_fails_names_its_line(self):
        self.kit.change(f"{STARTER}/classifier.py", "return self.model_.predict_proba(X)", "return self.modl_.predict_proba(X)")
        answer, code = self.check()
        self.assertEqual(code, 1)
        self.assert_found(answer, "error", f"{STARTER}/classifier.py", "starting_kit fails", "AttributeError", "fold 0",
                          line=self.kit.line_of("modl_", f"{STARTER}/classifier.py"))

    def test_a_baseline_that_scores_too_well(self):
        # Two columns that only together give the label away.
        def told(rows):
            told_rows = []
            for i, row in enumerate(rows):
                shift = (i * 37) % 101
                told_rows.append({**row, "mean_a": shift, "mean_b": shift + (1 if row[TARGET] == "malignant" else 0)})
            return told_rows

        for part in ("train", "test"):
            self.kit.rewrite(part, told)
        self.kit.change(f"{STARTER}/feature_extractor.py", "return X_df[self.columns_].to_numpy()",
                        "return (X_df[['mean_b']].to_numpy() - X_df[['mean_a']].to_numpy())")
        answer, code = self.check()
        self.assertEqual(code, 0)
        self.assert_found(answer, "warning", STARTER, "scores too well", "roc_auc is 1", "best possible is 1")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
