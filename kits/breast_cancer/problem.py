import os

import pandas as pd
import rampwf as rw
from sklearn.model_selection import StratifiedKFold

problem_title = 'Malignant or benign: breast masses from fine needle aspirates'

_TARGET = 'diagnosis'
_LABELS = ['benign', 'malignant']  # the second one is the positive class of the ROC AUC

Predictions = rw.prediction_types.make_multiclass(label_names=_LABELS)
workflow = rw.workflows.FeatureExtractorClassifier()

score_types = [
    rw.score_types.ROCAUC(name='roc_auc', precision=4),
    rw.score_types.NegativeLogLikelihood(name='nll', precision=3),
    rw.score_types.Accuracy(name='accuracy', precision=3),
]


def get_cv(X, y):
    n_splits = 2 if os.getenv('RAMP_TEST_MODE') else 5
    return StratifiedKFold(n_splits, shuffle=True, random_state=57).split(X, y)


def _read(path, file_name):
    masses = pd.read_csv(os.path.join(path, 'data', file_name))
    return masses.drop(columns=_TARGET), masses[_TARGET].values


def get_train_data(path='.'):
    return _read(path, 'train.csv')


def get_test_data(path='.'):
    return _read(path, 'test.csv')
