import os
import warnings

import numpy as np
import pandas as pd
import rampwf as rw
from rampwf.prediction_types.base import BasePrediction
from rampwf.score_types.base import BaseScoreType
from sklearn.model_selection import GroupKFold

problem_title = 'Wind power tomorrow, with its uncertainty'

LEVELS = np.array([0.05, 0.25, 0.50, 0.75, 0.95])


class Predictions(BasePrediction):
    """Five quantiles a row as a prediction; the power that came as the truth, in one column."""

    n_columns = len(LEVELS)
    n_columns_true = 1

    def __init__(self, y_pred=None, y_true=None, n_samples=None, fold_is=None):
        if y_pred is not None:
            self.y_pred = np.array(y_pred if fold_is is None else y_pred[fold_is], dtype=float)
            self.check_y_pred_dimensions()
        elif y_true is not None:
            y_true = y_true if fold_is is None else y_true[fold_is]
            self.y_pred = np.array(y_true, dtype=float).reshape(-1, 1)
        elif n_samples is not None:
            self.y_pred = np.full((n_samples, self.n_columns), np.nan)
        else:
            raise ValueError('Predictions needs y_pred, y_true or n_samples')

    @classmethod
    def combine(cls, predictions_list, index_list=None):
        """The median of each quantile over the models, in rising order: a wild model moves it little.

        Rows that no model covers stay missing.
        """
        if index_list is None:
            index_list = range(len(predictions_list))
        stacked = np.array([predictions_list[i].y_pred for i in index_list])
        with warnings.catch_warnings():
            warnings.simplefilter('ignore', category=RuntimeWarning)  # a row of nothing but NaN
            combined = np.nanmedian(stacked, axis=0)
        return cls(y_pred=np.sort(combined, axis=1))


class PinballLoss(BaseScoreType):
    """Mean over rows and levels; a quantile that is too low costs its level, one too high the rest of 1."""

    is_lower_the_better = True
    minimum = 0.0
    maximum = float('inf')

    def __init__(self, name='pinball', precision=4):
        self.name = name
        self.precision = precision

    def __call__(self, y_true, y_pred):
        too_low = y_true - y_pred
        return np.mean(np.maximum(LEVELS * too_low, (LEVELS - 1.0) * too_low))


class CoverageError(BaseScoreType):
    """How far the share of truths between the outer quantiles is from what they promise."""

    is_lower_the_better = True
    minimum = 0.0
    maximum = 1.0

    def __init__(self, name='coverage_error', precision=4):
        self.name = name
        self.precision = precision

    def __call__(self, y_true, y_pred):
        inside = (y_true[:, 0] >= y_pred[:, 0]) & (y_true[:, 0] <= y_pred[:, -1])
        return abs(inside.mean() - (LEVELS[-1] - LEVELS[0]))


workflow = rw.workflows.Estimator()
score_types = [PinballLoss(), CoverageError()]


def get_cv(X, y):
    """Whole weeks are left out: the hours of one storm resemble each other."""
    n_splits = 2 if os.getenv('RAMP_TEST_MODE') else 5
    return GroupKFold(n_splits).split(X, y, groups=X['week'])


def _read(path, file_name):
    hours = pd.read_csv(os.path.join(path, 'data', file_name))
    return hours.drop(columns='power'), hours['power'].values


def get_train_data(path='.'):
    return _read(path, 'train.csv')


def get_test_data(path='.'):
    return _read(path, 'test.csv')
