"""Checks the sample kits. Standard library only; the kits themselves run in the default environment.

AGORA_TEST_PYTHON names that environment's interpreter. With AGORA_TEST_SLOW=1 every submission is run by
ramp-test as well, and the baselines of each kit must rise in strength (a few minutes).
"""
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest

KITS = pathlib.Path(__file__).resolve().parents[2] / 'kits'
PYTHON = os.environ.get('AGORA_TEST_PYTHON')
MAX_DATA = 400_000  # bytes
NAMES = ['breast_cancer', 'cell_nuclei', 'digits', 'drug_spectra', 'plankton', 'river_flow', 'variable_stars',
         'wind_quantiles']

# Runs in a folder that holds a kit; prints what the contract asks for.
CONTRACT = '''
import contextlib, io, json, os, sys
sys.path.insert(0, '.')
os.rename('data', 'away')
import problem                      # must not need any data
os.rename('away', 'data')
X, y = problem.get_train_data()
X_test, y_test = problem.get_test_data()
with contextlib.redirect_stdout(io.StringIO()):
    folds = [(list(map(int, a)), list(map(int, b))) for a, b in problem.get_cv(X, y)]
    os.environ['RAMP_TEST_MODE'] = '1'
    quick = len(list(problem.get_cv(X, y)))
truth, test_truth = problem.Predictions(y_true=y), problem.Predictions(y_true=y_test)
json.dump({
    'title': problem.problem_title, 'elements': problem.workflow.element_names,
    'scores': [score.name for score in problem.score_types],
    'lower': bool(problem.score_types[0].is_lower_the_better),
    'rows': len(y), 'test_rows': len(y_test), 'truth': [len(truth.y_pred), len(test_truth.y_pred)],
    'folds': len(folds), 'quick': quick,
    'disjoint': all(not set(a) & set(b) for a, b in folds),
    'inside': all(0 <= min(a + b) and max(a + b) < len(y) for a, b in folds),
}, sys.stdout)
'''


def files_under(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob('*') if path.is_file()}


def settings(kit):
    return tomllib.loads((kit / 'kit.toml').read_text())


class KitsTest(unittest.TestCase):
    def each_kit(self, check):
        for name in NAMES:
            with self.subTest(kit=name):
                check(KITS / name)

    def need_python(self):
        if not PYTHON:
            self.skipTest('set AGORA_TEST_PYTHON to the interpreter of the default environment')

    def copy_of(self, kit):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        target = pathlib.Path(folder.name) / kit.name
        shutil.copytree(kit, target, ignore=shutil.ignore_patterns('training_output', '__pycache__'))
        return target

    def run_python(self, arguments, folder):
        # One thread, and nothing left behind in the kit.
        environment = dict(os.environ, OMP_NUM_THREADS='1', OPENBLAS_NUM_THREADS='1', PYTHONDONTWRITEBYTECODE='1')
        environment.pop('RAMP_TEST_MODE', None)
        done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, (done.stdout + done.stderr)[-3000:])
        return done.stdout

    def test_the_folder_holds_these_kits(self):
        found = sorted(path.name for path in KITS.iterdir() if (path / 'problem.py').exists())
        self.assertEqual(found, NAMES)

    def test_kit_toml_names_a_statement_and_three_baselines(self):
        def check(kit):
            said = settings(kit)
            self.assertEqual(set(said) - {'title', 'statement', 'environment', 'files', 'baselines', 'limits'}, set())
            self.assertGreater(len((kit / said['statement']).read_text()), 1500)
            self.assertEqual(len(said['baselines']), 3)
            self.assertEqual(said['baselines'][0], 'starting_kit')
            there = {path.name for path in (kit / 'submissions').iterdir() if path.is_dir()}
            self.assertEqual(there, set(said['baselines']))
            self.assertEqual(set(said['limits']),
                             {'prepare_seconds', 'fit_seconds', 'predict_seconds', 'memory', 'processes'})

        self.each_kit(check)

    def test_a_statement_tells_origin_metric_and_licence(self):
        def check(kit):
            text = (kit / 'statement.md').read_text()
            for heading in ('The question', 'The data', 'How answers are judged', 'Origin and licence'):
                self.assertIn('## ' + heading, text)
            self.assertRegex(text, r'BSD-3-Clause|CC BY 4\.0')

        self.each_kit(check)

    def test_data_is_small(self):
        def check(kit):
            size = sum(len(content) for content in files_under(kit / 'data').values())
            self.assertLessEqual(size, MAX_DATA)

        self.each_kit(check)

    def test_every_random_estimator_has_a_seed(self):
        random = r'\b(?:RandomForest|ExtraTrees|GradientBoosting|MLP)\w+\(|\bSVC\(|\bPCA\(|\bLogisticRegression\('
        def check(kit):
            for path in kit.glob('submissions/*/*.py'):
                text = path.read_text()
                for match in re.finditer(random, text):
                    self.assertIn('random_state', call_at(text, match.end()), f'{path}: {match.group()}')

        self.each_kit(check)

    def test_no_name_is_in_two_parts_of_the_plankton(self):
        parts = []
        for part in ('train', 'test'):
            with open(KITS / 'plankton' / 'data' / f'{part}.csv', newline='') as file:
                parts.append({row['image'] for row in csv.DictReader(file)})
        images = {path.name for path in (KITS / 'plankton' / 'data' / 'images').iterdir()}
        self.assertEqual(parts[0] & parts[1], set())
        self.assertEqual(parts[0] | parts[1], images)

    def test_make_data_reproduces_data_byte_for_byte(self):
        self.need_python()
        def check(kit):
            copy = self.copy_of(kit)
            shutil.rmtree(copy / 'data')
            self.run_python([PYTHON, 'make_data.py', 'data'], copy)
            made, kept = files_under(copy / 'data'), files_under(kit / 'data')
            self.assertEqual(sorted(made), sorted(kept))
            self.assertEqual([name for name in kept if made[name] != kept[name]], [])

        self.each_kit(check)

    def test_problem_keeps_the_contract(self):
        self.need_python()
        def check(kit):
            found = json.loads(self.run_python([PYTHON, '-c', CONTRACT], self.copy_of(kit)))
            self.assertEqual(found['title'], settings(kit)['title'])
            self.assertEqual(found['truth'], [found['rows'], found['test_rows']])
            self.assertGreaterEqual(len(set(found['scores'])), 2)
            self.assertTrue(found['disjoint'] and found['inside'])
            self.assertEqual(found['quick'], 2)
            self.assertGreater(found['folds'], 2)
            for name in settings(kit)['baselines']:
                for element in found['elements']:
                    self.assertTrue((kit / 'submissions' / name / (element + '.py')).exists(), f'{name}/{element}')

        self.each_kit(check)

    def test_the_look_ahead_check_catches_a_cheat(self):
        self.need_python()
        copy = self.copy_of(KITS / 'river_flow')
        honest = copy / 'submissions' / 'starting_kit' / 'ts_feature_extractor.py'
        text = honest.read_text()
        self.assertIn("flow = X_ds['flow'].values", text)
        honest.write_text(text.replace("flow = X_ds['flow'].values",
                                       "flow = X_ds['flow'].shift(time=-3).fillna(0).values"))
        done = subprocess.run([PYTHON, ramp_test()], cwd=copy, capture_output=True, text=True, timeout=300)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('looks into the future', done.stdout + done.stderr)

    @unittest.skipUnless(os.environ.get('AGORA_TEST_SLOW'), 'set AGORA_TEST_SLOW=1 to run all submissions')
    def test_baselines_rise_in_strength(self):
        self.need_python()
        def check(kit):
            copy = self.copy_of(kit)
            lower = json.loads(self.run_python([PYTHON, '-c', CONTRACT], copy))['lower']
            scores = []
            for name in settings(kit)['baselines']:
                self.run_python([PYTHON, ramp_test(), '--submission', name, '--save-output'], copy)
                scores.append(bagged_valid(copy / 'submissions' / name / 'training_output'))
            self.assertEqual(scores, sorted(set(scores), reverse=lower))

        self.each_kit(check)


def call_at(text, start):
    """The arguments of a call whose opening bracket ends at `start`."""
    depth, end = 1, start
    while depth:
        depth += {'(': 1, ')': -1}.get(text[end], 0)
        end += 1
    return text[start:end]


def ramp_test():
    return str(pathlib.Path(PYTHON).parent / 'ramp-test')


def bagged_valid(folder):
    """The official score of the bag of all folds: the first column after `step` and `n_bag`."""
    with open(folder / 'bagged_scores.csv', newline='') as file:
        rows = [row for row in csv.DictReader(file) if row['step'] == 'valid']
    official = [name for name in rows[0] if name not in ('step', 'n_bag')][0]
    return float(max(rows, key=lambda row: int(row['n_bag']))[official])


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], '-v'] + sys.argv[1:])
