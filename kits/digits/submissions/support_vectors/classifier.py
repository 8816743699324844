import numpy as np
from scipy.special import softmax
from sklearn.base import BaseEstimator
from sklearn.svm import SVC


class Classifier(BaseEstimator):
    """A Gaussian kernel sees combinations of pixels, which a linear model does not."""

    def fit(self, X, y):
        self.model_ = SVC(C=10.0, gamma=0.05, decision_function_shape='ovr', random_state=57)
        self.model_.fit(self._pixels(X), y)

    def predict_proba(self, X):
        # Cheaper than Platt's calibration, and it keeps the order of the votes.
        return softmax(3.0 * self.model_.decision_function(self._pixels(X)), axis=1)

    def _pixels(self, X):
        return np.asarray(X, dtype=float).reshape(len(X), -1) / 8.0
