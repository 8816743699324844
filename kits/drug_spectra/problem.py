import os

import numpy as np
import pandas as pd
import rampwf as rw
from sklearn.model_selection import ShuffleSplit

problem_title = 'Which drug, and how much of it: Raman spectra of chemotherapy bags'

_MOLECULES = ['A', 'B', 'Q', 'R']
_TARGETS = ['molecule', 'concentration']

# A prediction has five columns: the probabilities of the four molecules, then the concentration.
Predictions = rw.prediction_types.make_combined([
    rw.prediction_types.make_multiclass(label_names=_MOLECULES),
    rw.prediction_types.make_regression(label_names=['concentration']),
])
workflow = rw.workflows.DrugSpectra()

_error = rw.score_types.ClassificationError(name='error', precision=3)
_mare = rw.score_types.MARE(name='mare', precision=3)
score_types = [
    rw.score_types.Combined([_error, _mare], weights=[2. / 3, 1. / 3], name='combined', precision=3),
    rw.score_types.MakeCombined(_error, index=0),
    rw.score_types.MakeCombined(_mare, index=1),
]


def get_cv(X, y):
    n_splits = 2 if os.getenv('RAMP_TEST_MODE') else 8
    return ShuffleSplit(n_splits, test_size=0.2, random_state=57).split(X)


def _read(path, file_name):
    """One row a measurement; its spectrum is a list in a cell."""
    samples = pd.read_csv(os.path.join(path, 'data', file_name))
    y = samples[_TARGETS].values
    X = samples.drop(columns=_TARGETS)
    X['spectra'] = [np.array(text.strip('[]').split(','), dtype=float).tolist() for text in X['spectra']]
    return X, y


def get_train_data(path='.'):
    return _read(path, 'train.csv.bz2')


def get_test_data(path='.'):
    return _read(path, 'test.csv.bz2')
