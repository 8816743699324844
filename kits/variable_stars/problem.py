import os

import pandas as pd
import rampwf as rw
from sklearn.model_selection import StratifiedShuffleSplit

problem_title = 'Variable stars: four types from light curves in two bands'

_TARGET = 'type'

Predictions = rw.prediction_types.make_multiclass(label_names=[1, 2, 3, 4])
workflow = rw.workflows.FeatureExtractorClassifier()

score_types = [
    rw.score_types.Accuracy(name='accuracy', precision=4),
    rw.score_types.NegativeLogLikelihood(name='nll', precision=4),
]


def get_cv(X, y):
    n_splits = 2 if os.getenv('RAMP_TEST_MODE') else 8
    return StratifiedShuffleSplit(n_splits, test_size=0.2, random_state=57).split(X, y)


def _to_list(text):
    return [float(number) for number in text.strip('[]').split(',')]


def _read(path, part):
    """One row a star. A light curve is a list in a cell: its length differs from star to star."""
    folder = os.path.join(path, 'data')
    stars = pd.read_csv(os.path.join(folder, f'{part}.csv'), index_col=0)
    curves = pd.read_csv(os.path.join(folder, f'{part}_varlength_features.csv.gz'), index_col=0)
    curves = curves.loc[stars.index].applymap(_to_list)
    y = stars[_TARGET].values.astype(int)
    X = stars.drop(columns=_TARGET).join(curves)
    return X, y


def get_train_data(path='.'):
    return _read(path, 'train')


def get_test_data(path='.'):
    return _read(path, 'test')
