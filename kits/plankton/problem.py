import os

import pandas as pd
import rampwf as rw
from sklearn.model_selection import StratifiedShuffleSplit

problem_title = 'Naming plankton from small images'

_LABELS = ['copepod', 'detritus', 'diatom', 'radiolarian']

Predictions = rw.prediction_types.make_multiclass(label_names=_LABELS)
workflow = rw.workflows.SimplifiedImageClassifier(n_classes=len(_LABELS))

score_types = [
    rw.score_types.BalancedAccuracy(name='balanced_accuracy', precision=3, adjusted=False),
    rw.score_types.Accuracy(name='accuracy', precision=3),
    rw.score_types.NegativeLogLikelihood(name='nll', precision=3),
]


def get_cv(X, y):
    _, ids = X
    n_splits = 2 if os.getenv('RAMP_TEST_MODE') else 4
    return StratifiedShuffleSplit(n_splits, test_size=0.25, random_state=57).split(ids, y)


def _read(path, file_name):
    """X is a pair: the folder of all images, and the file names of this part."""
    table = pd.read_csv(os.path.join(path, 'data', file_name))
    return (os.path.join(path, 'data', 'images'), table['image'].values), table['taxon'].values


def get_train_data(path='.'):
    return _read(path, 'train.csv')


def get_test_data(path='.'):
    return _read(path, 'test.csv')
