"""What honest submissions do works, in each mode that this machine has: none is ended, and each scores.

Needs an environment with xgboost, lightgbm and matplotlib beside the default's packages: it is made once, by
`agora env create`, under the name below. $AGORA_QUICK=1 leaves out the fit of 30 s. Standard library only.
"""
import json
import os
import subprocess
import sys
import textwrap
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import canary_kit  # noqa: E402
import modes  # noqa: E402
from attack import Scene, Try, scores_of  # noqa: E402

ENVIRONMENT = "honest-suite"
MORE = ("xgboost-cpu==3.2.0", "lightgbm", "matplotlib")
MAKE_SECONDS = 900

MODEL = """
import logging
import multiprocessing
import pathlib
import tempfile
import threading
import time
import warnings

import joblib
import numpy as np


def square(x):
    return x * x


class Regressor:
    def fit(self, X, y):
{fit}
        print('DONE', flush=True)
        A = np.column_stack([X - 4000000, np.ones(len(X))])
        self.weights_ = np.linalg.lstsq(A, y, rcond=None)[0]

    def predict(self, X):
        return np.column_stack([X - 4000000, np.ones(len(X))]) @ self.weights_
"""

# rampwf does not let a submission be imported by its name, so what goes to other processes is a library's function, or
# travels with joblib's loky, which takes code along.
WORKS = {
    "joblib with loky": "assert joblib.Parallel(n_jobs=2)(joblib.delayed(square)(i) for i in range(20)) == [i * i for i in range(20)]",
    "joblib with threads":
        "assert joblib.Parallel(n_jobs=2, backend='threading')(joblib.delayed(square)(i) for i in range(9))[8] == 64",
    "joblib with multiprocessing":
        "assert joblib.Parallel(n_jobs=2, backend='multiprocessing')(joblib.delayed(abs)(-i) for i in range(9))[8] == 8",
    "joblib's memory": """
        folder = tempfile.mkdtemp()
        cached = joblib.Memory(folder, verbose=0).cache(square)
        assert [cached(3), cached(3)] == [9, 9]
        big = np.ones(1 << 22)
        assert sum(joblib.Parallel(n_jobs=2)(joblib.delayed(np.sum)(big) for _ in range(4))) == 4 << 22
        """,
    "a forest in two jobs": """
        from sklearn.ensemble import RandomForestRegressor
        from sklearn.model_selection import GridSearchCV, cross_val_score
        forest = RandomForestRegressor(50, n_jobs=2, random_state=0).fit(X, y)
        assert len(cross_val_score(forest, X, y, n_jobs=2)) == 5
        GridSearchCV(RandomForestRegressor(5), {'max_depth': [2, 3]}, n_jobs=2).fit(X, y)
        """,
    "threads": """
        seen = []
        threads = [threading.Thread(target=lambda i=i: seen.append(square(i))) for i in range(30)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert sorted(seen) == [i * i for i in range(30)]
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(square, range(5))) == [0, 1, 4, 9, 16]
        with ProcessPoolExecutor(2, multiprocessing.get_context('fork')) as pool:
            assert sum(pool.map(abs, range(-5, 0))) == 15
        """,
    "a pool of forks": """
        for again in range(5):
            with multiprocessing.get_context('fork').Pool(4) as pool:
                assert pool.map(abs, range(-10, 0)) == list(range(10, 0, -1))
        """,
    "a pool of new processes": """
        import math
        with multiprocessing.get_context('spawn').Pool(2) as pool:
            assert pool.map(math.sqrt, [1, 4, 9]) == [1, 2, 3]
        with multiprocessing.get_context('forkserver').Pool(2) as pool:
            assert pool.map(math.sqrt, [1, 4, 9]) == [1, 2, 3]
        """,
    "queues, locks and shared memory": """
        from multiprocessing import shared_memory
        fork = multiprocessing.get_context('fork')
        queue, lock = fork.Queue(), fork.Lock()
        with lock:
            worker = fork.Process(target=lambda: queue.put(7))
            worker.start()
            assert queue.get(timeout=20) == 7
            worker.join()
        block = shared_memory.SharedMemory(create=True, size=1 << 20)
        block.buf[0] = 7
        block.close()
        block.unlink()
        with multiprocessing.Manager() as manager:
            numbers = manager.list([1, 2])
            assert sum(numbers) == 3
        """,
    "OpenMP": """
        from sklearn.ensemble import HistGradientBoostingRegressor
        from threadpoolctl import threadpool_info, threadpool_limits
        with threadpool_limits(4):
            model = HistGradientBoostingRegressor(max_iter=30).fit(np.tile(X, (50, 1)), np.tile(y, 50))
            assert len(model.predict(X)) == len(X)
            np.linalg.svd(np.ones((300, 300)) + np.eye(300))
        """,
    "files of its own": """
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'numbers.npy'
            np.save(path, X)
            assert (np.load(path, mmap_mode='r') == X).all()
            joblib.dump(X, pathlib.Path(folder) / 'x.gz')
        with tempfile.NamedTemporaryFile() as file:
            file.write(b'x' * (1 << 20))
        big = np.memmap(tempfile.mktemp(), dtype='f8', mode='w+', shape=1 << 22)
        big[:] = 1
        assert big.sum() == 1 << 22
        import sqlite3
        with sqlite3.connect('/tmp/own.db') as database:
            database.execute('CREATE TABLE t (x)')
            database.execute('INSERT INTO t VALUES (7)')
        pathlib.Path('~/.cache/own').expanduser().mkdir(parents=True)
        """,
    "logging and warnings": """
        logging.basicConfig(level=logging.DEBUG)
        log = logging.getLogger('mine')
        for i in range(200):
            log.info('step %d', i)
        handler = logging.FileHandler('/tmp/fit.log')
        log.addHandler(handler)
        log.error('to a file')
        warnings.warn('careful')
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            np.log(-1.0)
        import sys
        sys.stderr.write('done\\n')
        """,
    "figures": """
        import matplotlib
        matplotlib.use('Agg')
        import matplotlib.pyplot as plt
        figure, axes = plt.subplots()
        axes.plot(X[:, 0], y)
        for ending in ('png', 'svg', 'pdf'):
            figure.savefig(f'/tmp/figure.{ending}')
        plt.close(figure)
        """,
    "xgboost": """
        import xgboost
        model = xgboost.XGBRegressor(n_estimators=30, n_jobs=2).fit(X, y)
        model.save_model('/tmp/model.json')
        assert len(model.predict(X)) == len(X)
        """,
    "lightgbm": """
        import lightgbm
        model = lightgbm.LGBMRegressor(n_estimators=30, n_jobs=2, min_child_samples=2).fit(X, y)
        assert len(model.predict(X)) == len(X)
        """,
    "weights beside the code": """
        here = pathlib.Path(__file__).parent
        weights = np.load(here / 'weights.npy')
        assert weights.shape == (1000,) and weights.sum() == 499500
        assert (here / 'more' / 'words.txt').read_text() == 'more'
        """,
    "arrays of 2 GB": """
        a = np.ones(1 << 27)
        b = np.ones(1 << 27)
        assert a.sum() + b.sum() == 1 << 28
        del a
        c = b + 1
        assert c[-1] == 2
        """,
    "child processes": """
        import os
        child = os.popen('echo from a child; uname -s')
        assert child.read() == 'from a child\\nLinux\\n'
        import platform, getpass, socket
        platform.platform(), getpass.getuser(), socket.gethostname(), os.cpu_count(), os.getloadavg()
        from importlib import metadata
        assert metadata.version('numpy') == np.__version__
        """,
    "a neural network": """
        from sklearn.neural_network import MLPRegressor
        from sklearn.gaussian_process import GaussianProcessRegressor
        Z = (X - X.mean(0)) / X.std(0)
        MLPRegressor((20,), max_iter=200, random_state=0).fit(Z, y)
        GaussianProcessRegressor().fit(Z, y)
        """,
}
SLOW = """
began, rounds = time.monotonic(), 0
matrix = np.random.default_rng(0).random((300, 300))
while time.monotonic() - began < 30:
    matrix = matrix @ matrix
    matrix /= np.abs(matrix).max()
    rounds += 1
print(rounds, 'rounds', flush=True)
"""


def ensure_environment():
    """Makes the environment where it is absent. Raises with the maker's own words."""
    shown = subprocess.run([str(modes.AGORA), "env", "show", ENVIRONMENT], capture_output=True, text=True)
    if shown.returncode == 0:
        return
    default = subprocess.run([str(modes.AGORA), "env", "show", "default", "--json"], capture_output=True, text=True, check=True)
    lines = [f"{package['name']}=={package['version']}" for package in json.loads(default.stdout)["packages"]]
    path = os.path.join(modes.tempfile.gettempdir(), f"requirements-{os.getpid()}.txt")
    with open(path, "w") as file:
        file.write("\n".join([*lines, *MORE]) + "\n")
    made = subprocess.run([str(modes.AGORA), "env", "create", ENVIRONMENT, "--requirements", path], capture_output=True,
                          text=True, timeout=MAKE_SECONDS)
    os.unlink(path)
    if made.returncode != 0:
        raise RuntimeError(f"the environment {ENVIRONMENT} could not be made: {made.stderr}")


def write(fit):
    body = textwrap.indent(textwrap.dedent(fit).strip("\n"), " " * 8)

    def into(folder):
        (folder / "regressor.py").write_text(MODEL.format(fit=body))
        header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1000,), }"
        header = header + " " * (117 - len(header)) + "\n"
        numbers = b"".join(i.to_bytes(8, "little") for i in range(1000))
        (folder / "weights.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + numbers)
        (folder / "more").mkdir()
        (folder / "more/words.txt").write_text("more")
    return into


class Honest(unittest.TestCase):
    """All works, in the mode of a subclass."""

    @classmethod
    def setUpClass(cls):
        mode = cls.mode()
        cls.addClassCleanup(mode.close)
        if why := mode.why_not():
            raise unittest.SkipTest(f"{mode.name}: {why}")
        ensure_environment()
        mode.start()
        judge = modes.LineJudge(mode)
        cls.addClassCleanup(judge.close)
        cls.scene = Scene(mode, judge)
        cls.scene.add_kit("work", environment=ENVIRONMENT, fit_seconds=120, memory="3 GiB", processes=64, output="1 MiB")
        cls.worked = cls.tried = 0

    @classmethod
    def tearDownClass(cls):
        print(f"{cls.scene.mode.name}: {cls.tried - cls.worked} of {cls.tried} honest submissions ended", file=sys.stderr,
              flush=True)

    def works(self, fit):
        self.scene.test = self
        type(self).tried += 1
        answer = self.scene.attack(Try(None, source=write(fit), kit="work", folds=2))
        self.assertIn("scores", answer, answer.get("error"))
        self.assertEqual(answer["output"].count("DONE"), 2, answer["output"])
        self.assertEqual(scores_of(answer), self.scene.honest("work", 2))
        type(self).worked += 1

    @unittest.skipIf(os.environ.get("AGORA_QUICK"), "AGORA_QUICK leaves out what takes 30 s")
    def test_a_fit_of_30_s(self):
        self.works(SLOW)


def test_of(name, fit):
    return name, lambda self: self.works(fit)


AsRoot, AsRootWithoutGroups, WithoutRoot = modes.in_each(Honest, (test_of(*work) for work in WORKS.items()))
del Honest


if __name__ == "__main__":
    unittest.main()
