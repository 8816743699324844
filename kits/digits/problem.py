import os

import numpy as np
import rampwf as rw
from sklearn.model_selection import StratifiedShuffleSplit

problem_title = 'Reading handwritten digits'

Predictions = rw.prediction_types.make_multiclass(label_names=list(range(10)))
workflow = rw.workflows.Classifier()

score_types = [
    rw.score_types.Accuracy(name='accuracy', precision=4),
    rw.score_types.MacroAveragedRecall(name='mean_recall', precision=4),
    rw.score_types.NegativeLogLikelihood(name='nll', precision=3),
]


def get_cv(X, y):
    n_splits = 2 if os.getenv('RAMP_TEST_MODE') else 5
    return StratifiedShuffleSplit(n_splits, test_size=0.25, random_state=57).split(X, y)


def _read(path, file_name):
    with np.load(os.path.join(path, 'data', file_name)) as arrays:
        return arrays['images'], arrays['digits']


def get_train_data(path='.'):
    return _read(path, 'train.npz')


def get_test_data(path='.'):
    return _read(path, 'test.npz')
