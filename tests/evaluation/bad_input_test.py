"""Bad input gets a clear error: the right exit code, kind, phase and fold, and the file and line to look at.

Standard library only. $AGORA is the program (default: build/release/agora).
"""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import AGORA, EvaluationTest, Kit, classifier, place  # noqa: E402

MINE = "submissions/mine/classifier.py"


class BadKit(EvaluationTest):
    def test_a_missing_function_is_named_with_its_file(self):
        kit = Kit(self).change("problem.py", "def get_test_data(", "def get_some_data(")
        self.assert_fails(kit.run(), "kit", "prepare", says=["problem.py", "get_test_data"])

    def test_a_function_that_disappears_at_import_is_named(self):
        kit = Kit(self)
        with open(kit.folder / "problem.py", "a") as file:
            file.write("\ndel globals()['get_cv']\n")
        self.assert_fails(kit.run(), "kit", "prepare", says=["problem.py", "get_cv"])

    def test_a_syntax_error_in_problem_py_has_its_line(self):
        kit = Kit(self).change("problem.py", "score_types = [", "score_types = = [")
        text = (kit.folder / "problem.py").read_text()
        run = kit.run()
        self.assert_fails(run, "kit", "prepare", says=["SyntaxError", place("problem.py", text, "= = [")])

    def test_an_exception_while_problem_py_is_imported_has_its_line(self):
        kit = Kit(self).change("problem.py", "score_types = [", "1 / 0  # here\nscore_types = [")
        text = (kit.folder / "problem.py").read_text()
        self.assert_fails(kit.run(), "kit", "prepare", says=["division by zero", place("problem.py", text, "# here")])

    def test_data_that_does_not_parse_names_the_reader_and_the_data_line(self):
        kit = Kit(self)
        lines = (kit.folder / "data/train.csv").read_text().splitlines()
        lines[7] += ",1,2,3"
        (kit.folder / "data/train.csv").write_text("\n".join(lines) + "\n")
        text = (kit.folder / "problem.py").read_text()
        self.assert_fails(kit.run(), "kit", "prepare",
                          says=["ParserError", "line 8", place("problem.py", text, "pd.read_csv(")])

    def test_a_missing_data_file_is_named(self):
        kit = Kit(self)
        (kit.folder / "data/test.csv").unlink()
        self.assert_fails(kit.run(), "kit", "prepare", says=["data/test.csv", 'File "problem.py", line'])

    def test_folds_that_overlap_are_refused_with_the_row(self):
        kit = Kit(self).change("problem.py", "    return StratifiedKFold(n_splits, shuffle=True, random_state=57).split(X, y)",
                               "    return [(list(range(300)), list(range(250, 400)))]")
        self.assert_fails(kit.run(), "kit", "prepare", says=["fold 0", "get_cv", "overlaps", "50 rows", "250"])

    def test_an_empty_fold_is_refused(self):
        kit = Kit(self).change("problem.py", "    return StratifiedKFold(n_splits, shuffle=True, random_state=57).split(X, y)",
                               "    return [(list(range(300)), [300]), ([], [1])]")
        self.assert_fails(kit.run(), "kit", "prepare", says=["fold 1", "get_cv", "empty"])

    def test_no_folds_are_refused(self):
        kit = Kit(self).change("problem.py", "    return StratifiedKFold(n_splits, shuffle=True, random_state=57).split(X, y)",
                               "    return []")
        self.assert_fails(kit.run(), "kit", "prepare", says=["get_cv", "no fold"])

    def test_a_fold_that_names_rows_that_do_not_exist_is_refused(self):
        kit = Kit(self).change("problem.py", "    return StratifiedKFold(n_splits, shuffle=True, random_state=57).split(X, y)",
                               "    return [(list(range(300)), [100000])]")
        self.assert_fails(kit.run(), "kit", "prepare", says=["fold 0", "100000"])

    def test_an_exception_in_get_cv_has_its_line(self):
        kit = Kit(self).change("problem.py", "    n_splits = 2", "    raise RuntimeError('no folds today')\n    n_splits = 2")
        text = (kit.folder / "problem.py").read_text()
        self.assert_fails(kit.run(), "kit", "prepare",
                          says=["no folds today", place("problem.py", text, "no folds today")])

    def test_a_score_type_that_raises_is_the_kits_fault_in_score(self):
        kit = Kit(self).change("problem.py", "score_types = [", """
class Moody(rw.score_types.Accuracy):
    def __call__(self, y_true, y_pred):
        raise ValueError('no score today')


score_types = [
    Moody(name='moody'),""")
        text = (kit.folder / "problem.py").read_text()
        self.assert_fails(kit.run(), "kit", "score", says=["no score today", place("problem.py", text, "no score today")])

    def test_a_problem_py_that_never_ends_is_stopped(self):
        kit = Kit(self, prepare_seconds=3).change("problem.py", "score_types = [", "while True: pass\nscore_types = [")
        self.assert_fails(kit.run(), "time", "prepare", says="3 s")

    def test_a_problem_py_that_exits_says_so(self):
        kit = Kit(self).change("problem.py", "score_types = [", "raise SystemExit(3)\nscore_types = [")
        self.assert_fails(kit.run(), "kit", "prepare", says="SystemExit|exit status")

    def test_a_mistake_in_kit_toml_has_its_line(self):
        kit = Kit(self).change("kit.toml", "fit_seconds = 60", 'fit_seconds = "long"')
        number = 1 + (kit.folder / "kit.toml").read_text().splitlines().index('fit_seconds = "long"')
        self.assert_fails(kit.run(), "kit", "prepare", says=f"kit.toml:{number}")

    def test_a_folder_that_does_not_exist_is_wrong_usage(self):
        done = subprocess.run([AGORA, "kit", "run", "/nowhere/at/all", "--json"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2, done)
        self.assertIn("/nowhere/at/all", done.stdout)

    def test_a_kit_of_another_form_is_named(self):
        kit = Kit(self)
        (kit.folder / "problem.py").rename(kit.folder / "away.py")
        self.assert_fails(kit.run(), "kit", "prepare", says="problem.py")


class BadSubmission(EvaluationTest):
    def fails(self, text, kind, phase, says=(), fold="any", **limits):
        kit = Kit(self, **limits)
        kit.submission("mine", classifier=text)
        run = kit.run("mine")
        self.assert_fails(run, kind, phase, fold, says)
        return run

    def test_a_syntax_error_is_of_kind_syntax(self):
        text = classifier(fit="x = = 3")
        self.fails(text, "syntax", "fit", ["SyntaxError", place(MINE, text, "x = = 3")])

    def test_a_null_byte_in_the_source_is_of_kind_syntax(self):
        self.fails(classifier() + "\0", "syntax", "fit", "null byte")

    def test_source_that_is_no_text_is_of_kind_syntax(self):
        kit = Kit(self)
        (kit.submission("mine") / "classifier.py").write_bytes(b"x = '\xff\xfe'\n")
        self.assert_fails(kit.run("mine"), "syntax", "fit", "any", "classifier.py|utf-8")

    def test_an_exception_in_fit_has_its_line(self):
        text = classifier(fit="raise ValueError('no fit today')")
        self.fails(text, "exception", "fit", ["no fit today", place(MINE, text, "no fit today")])

    def test_an_exception_in_predict_has_its_line(self):
        text = classifier(predict="raise ValueError('no prediction today')")
        self.fails(text, "exception", "predict", ["no prediction today", place(MINE, text, "no prediction today")])

    def test_an_exception_at_import_has_its_line(self):
        text = classifier(before="import torch_of_tomorrow\n")
        self.fails(text, "exception", "fit", ["torch_of_tomorrow", place(MINE, text, "torch_of_tomorrow")])

    def test_an_exception_that_cannot_be_shown_is_still_an_exception(self):
        text = classifier(before="""
            class Mute(Exception):
                def __str__(self):
                    raise RuntimeError('silence')
            """, fit="raise Mute  # here")
        self.fails(text, "exception", "fit", ["Mute", place(MINE, text, "# here")])

    def test_a_message_of_a_million_characters_is_cut(self):
        text = classifier(fit="raise ValueError('\\u20ac' * 1_000_000)  # here")
        run = self.fails(text, "exception", "fit", place(MINE, text, "# here"))
        self.assertLess(len(run.out), 200_000)

    def test_an_endless_recursion_is_an_exception(self):
        text = classifier(fit="def down(n): return down(n + 1)\ndown(0)")
        self.fails(text, "exception", "fit", ["RecursionError", re.escape(MINE)])

    def test_sys_exit_is_an_exception(self):
        text = classifier(fit="import sys\nsys.exit(0)")
        self.fails(text, "exception", "fit", ["SystemExit", place(MINE, text, "sys.exit")])

    def test_os_exit_is_told_by_its_status(self):
        self.fails(classifier(fit="import os\nos._exit(0)"), "exception", "fit", "exit status 0")

    def test_os_exit_in_predict_is_told_too(self):
        self.fails(classifier(predict="import os\nos._exit(7)"), "exception", "predict", "exit status 7")

    def test_a_crash_in_native_code_is_told_by_its_signal(self):
        self.fails(classifier(fit="import ctypes\nctypes.string_at(0)"), "exception", "fit", "SIGSEGV")

    def test_too_few_rows(self):
        self.fails(classifier(predict="y_pred = y_pred[:-1]"), "shape", "predict", r"\(425, 2\).*\(426, 2\)")

    def test_too_many_rows(self):
        self.fails(classifier(predict="y_pred = y_pred.repeat(2, axis=0)"), "shape", "predict", r"\(852, 2\)")

    def test_too_few_columns(self):
        self.fails(classifier(predict="y_pred = y_pred[:, :1]"), "shape", "predict", r"\(426, 1\).*\(426, 2\)")

    def test_one_dimension_where_two_are_asked(self):
        self.fails(classifier(predict="y_pred = y_pred[:, 1]"), "shape", "predict", r"\(426,\).*\(426, 2\)")

    def test_three_dimensions(self):
        self.fails(classifier(predict="y_pred = y_pred[:, :, None]"), "shape", "predict", r"\(426, 2, 1\)")

    def test_nothing_returned(self):
        self.fails(classifier(predict="y_pred = None"), "dtype", "predict", "NoneType|object")

    def test_nan_has_its_row(self):
        self.fails(classifier(predict="y_pred[3, 1] = float('nan')"), "nan", "predict", "NaN.* row 3")

    def test_infinity_has_its_row(self):
        self.fails(classifier(predict="y_pred[5, 0] = float('inf')"), "nan", "predict", "infinite.* row 5")

    def test_a_dtype_that_is_not_ours_is_refused_by_name(self):
        for code, name in (("y_pred.astype(object)", "object"), ("y_pred.astype(str)", "<U32"),
                           ("y_pred.astype('float16')", "float16")):
            with self.subTest(dtype=name):
                self.fails(classifier(predict=f"y_pred = {code}"), "dtype", "predict", name)

    def test_an_endless_loop_in_fit(self):
        self.fails(classifier(fit="while True: pass"), "time", "fit", "2 s", fit_seconds=2)

    def test_an_endless_loop_in_predict(self):
        self.fails(classifier(predict="while True: pass"), "time", "predict", "2 s", predict_seconds=2)

    def test_too_much_memory_at_once(self):
        self.fails(classifier(fit="import numpy\nself.x = numpy.ones(1 << 28)"), "memory", "fit", memory="512 MiB")

    def test_too_much_memory_in_small_objects(self):
        self.fails(classifier(fit="self.x = []\nwhile True: self.x.append([])"), "memory", "fit", memory="512 MiB")

    def test_too_much_output(self):
        self.fails(classifier(fit="while True: print('x' * 1000)"), "output", "fit", "printed more than")

    def test_too_many_processes(self):
        text = classifier(fit="import os, time\nfor _ in range(1000):\n    if os.fork() == 0: time.sleep(60)")
        self.fails(text, "processes", "fit")

    def test_too_many_threads(self):
        text = classifier(fit="import threading, time\n"
                              "for _ in range(1000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
        self.fails(text, "processes", "fit")

    def test_a_missing_element_is_named(self):
        kit = Kit(self)
        (kit.submission("mine") / "classifier.py").unlink()
        self.assert_fails(kit.run("mine"), "exception", "fit", None, MINE + "|has no classifier.py")

    def test_a_class_that_is_missing_is_named(self):
        self.fails(classifier().replace("class Classifier", "class Klassifikator"), "exception", "fit", "Classifier")

    def test_a_link_is_refused(self):
        kit = Kit(self)
        (kit.submission("mine") / "more.txt").symlink_to("/etc/passwd")
        self.assert_fails(kit.run("mine"), "exception", "fit", None, "more.txt is a link")

    def test_a_link_to_a_folder_is_refused(self):
        kit = Kit(self)
        (kit.submission("mine") / "more").symlink_to("/etc")
        self.assert_fails(kit.run("mine"), "exception", "fit", None, "more is a link")

    def test_a_pipe_is_refused_and_does_not_hang(self):
        kit = Kit(self)
        os.mkfifo(kit.submission("mine") / "weights.bin")
        self.assert_fails(kit.run("mine"), "exception", "fit", None, "weights.bin")

    def test_a_file_that_is_too_large_is_refused_before_it_is_copied(self):
        kit = Kit(self, submission="1 MiB")
        with open(kit.submission("mine") / "weights.bin", "wb") as file:
            file.truncate(1 << 42)  # 4 TiB of nothing: reading it would take hours
        self.assert_fails(kit.run("mine"), "exception", "fit", None, "weights.bin|more than 1048576 bytes")

    def test_too_many_files_are_refused(self):
        kit = Kit(self)
        folder = kit.submission("mine") / "many"
        folder.mkdir()
        for number in range(5001):
            (folder / str(number)).touch()
        self.assert_fails(kit.run("mine"), "exception", "fit", None, "files")

    def test_an_empty_folder_is_refused(self):
        kit = Kit(self)
        (kit.folder / "submissions/mine").mkdir()
        self.assert_fails(kit.run("mine"), "exception", "fit", None, "has no feature_extractor.py|holds no file")

    def test_a_name_that_does_not_exist_is_wrong_usage(self):
        kit = Kit(self)
        for name in ("nobody", "", "/", "../breast_cancer/submissions/starting"):
            with self.subTest(name=name):
                run = kit.run(name)
                self.assertEqual(run.code, 2, str(run))


class Shown(EvaluationTest):
    """What a person reads, without --json."""

    def test_an_exception_is_one_line_with_its_place_a_clean_traceback_and_a_next_step(self):
        text = classifier(fit="raise ValueError('no fit today')")
        kit = Kit(self)
        kit.submission("mine", classifier=text)
        run = kit.run("mine", as_json=False)
        number = 1 + next(i for i, line in enumerate(text.splitlines()) if "no fit today" in line)
        self.assertEqual((run.code, run.out), (1, ""), str(run))
        self.assertRegex(run.err, rf"(?m)^error: exception in fit, fold \d \({MINE}, line {number}\)$", str(run))
        self.assertIn("ValueError: no fit today", run.err)
        self.assertIn(place(MINE, text, "no fit today").replace("\\", ""), run.err)
        self.assertNotRegex(run.err, "rampwf|agora_cell|site-packages", "frames that are not the author's")
        self.assertRegex(run.err, r"(?m)^next: \S")

    def test_a_library_is_named_from_its_package_on_and_not_from_where_it_lies(self):
        fit = "import json, sklearn.svm; {}"
        for call, named in (("sklearn.svm.SVC().fit(X[:3], [0])", 'File "site-packages/sklearn/base.py", line '),
                            ("json.loads('{')", 'File "python3.11/json/decoder.py", line ')):
            with self.subTest(call=call):
                kit = Kit(self)
                kit.submission("mine", classifier=classifier(fit=fit.format(call)))
                error = kit.run("mine").error
                self.assertIn(named, error["traceback"])
                self.assertNotRegex(error["traceback"], r'File "/', error["traceback"])

    def test_colours_and_other_orders_to_the_terminal_are_not_passed_on(self):
        kit = Kit(self)
        kit.submission("mine", classifier=classifier(fit=r"raise ValueError('\x1b[2J\x1b]0;owned\x07 \udc80 \x9b1m')"))
        run = kit.run("mine", as_json=False)
        self.assertEqual(run.code, 1, str(run))
        self.assertNotRegex(run.err, "[\x00-\x08\x0b-\x1f\x7f-\x9f]")
        error = kit.run("mine").error
        self.assertNotRegex(error["message"] + error["traceback"], "[\x00-\x08\x0b-\x1f\x7f-\x9f]")

    def test_a_kit_that_cannot_run_has_file_line_and_next_step(self):
        kit = Kit(self).change("problem.py", "score_types = [", "score_types = = [")
        run = kit.run(as_json=False)
        self.assertEqual(run.code, 1)
        self.assertRegex(run.err, r"problem\.py(:|, line )\d+")
        self.assertRegex(run.err, r"next: |\(.*\)")

    def test_limits_have_a_next_step(self):
        kit = Kit(self, fit_seconds=2)
        kit.submission("mine", classifier=classifier(fit="while True: pass"))
        run = kit.run("mine", as_json=False)
        self.assertRegex(run.err, r"(?m)^error: time in fit, fold \d")
        self.assertRegex(run.err, r"(?m)^next: \S")

    def test_wrong_shapes_are_told_with_the_file_to_change(self):
        kit = Kit(self)
        kit.submission("mine", classifier=classifier(predict="y_pred = y_pred[:-1]"))
        run = kit.run("mine", as_json=False)
        self.assertRegex(run.err, r"(?m)^error: shape in predict, fold \d \(submissions/mine/classifier\.py")
        self.assertRegex(run.err, r"(?m)^next: \S")


if __name__ == "__main__":
    unittest.main()
