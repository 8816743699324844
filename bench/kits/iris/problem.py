"""Iris in eight folds: as small as a problem can be, so that what an evaluation costs beside the fits shows."""
import os

import numpy as np
import rampwf as rw
from sklearn.model_selection import StratifiedShuffleSplit

problem_title = "Iris"
_labels = [0, 1, 2]
Predictions = rw.prediction_types.make_multiclass(label_names=_labels)
workflow = rw.workflows.Classifier()
score_types = [rw.score_types.Accuracy(name="accuracy", precision=3)]


def get_cv(X, y):
    return StratifiedShuffleSplit(n_splits=8, test_size=0.25, random_state=57).split(X, y)


def _read(path, part):
    table = np.loadtxt(os.path.join(path, "data", part + ".csv"), delimiter=",", skiprows=1)
    return table[:, :4], table[:, 4].astype(int)


def get_train_data(path="."):
    return _read(path, "train")


def get_test_data(path="."):
    return _read(path, "test")
