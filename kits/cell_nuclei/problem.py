import os

import numpy as np
import pandas as pd
import rampwf as rw
from sklearn.model_selection import KFold

problem_title = 'Finding cell nuclei in fluorescence images'

Predictions = rw.prediction_types.make_detection()
workflow = rw.workflows.ObjectDetector()

score_types = [
    rw.score_types.DetectionAveragePrecision(name='ap', precision=3),
    rw.score_types.OSPA(name='ospa', precision=3, conf_threshold=0.5),
    rw.score_types.DetectionPrecision(name='precision', precision=3, conf_threshold=0.5),
    rw.score_types.DetectionRecall(name='recall', precision=3, conf_threshold=0.5),
]


def get_cv(X, y):
    n_splits = 2 if os.getenv('RAMP_TEST_MODE') else 5
    return KFold(n_splits, shuffle=True, random_state=57).split(X)


def _read(path, part):
    """Images, and for each image a list of (row, column, radius) whose length is the number of nuclei."""
    folder = os.path.join(path, 'data')
    with np.load(os.path.join(folder, f'{part}_images.npz')) as arrays:
        images = arrays['images']
    nuclei = pd.read_csv(os.path.join(folder, f'{part}_nuclei.csv'))
    found = {image: list(zip(of.row, of.col, of.radius)) for image, of in nuclei.groupby('image')}
    y = np.empty(len(images), dtype=object)
    for i in range(len(images)):
        y[i] = found.get(i, [])  # an image may show no nucleus at all
    return images, y


def get_train_data(path='.'):
    return _read(path, 'train')


def get_test_data(path='.'):
    return _read(path, 'test')
