import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.neighbors import NearestNeighbors

LEVELS = [0.05, 0.25, 0.50, 0.75, 0.95]
N_NEIGHBOURS = 70


class NearestHours(BaseEstimator, RegressorMixin):
    """The quantiles of the power in the hours whose forecasts were most alike: an analogue ensemble."""

    def fit(self, X, y):
        self.power_ = np.asarray(y)
        self.hours_ = NearestNeighbors(n_neighbors=N_NEIGHBOURS).fit(self._place(X))
        return self

    def predict(self, X):
        nearest = self.hours_.kneighbors(self._place(X), return_distance=False)
        return np.quantile(self.power_[nearest], LEVELS, axis=1).T

    def _place(self, X):
        # Distances that matter alike: 1 m/s, a doubling of the spread, about 60 degrees.
        angle = np.radians(X['direction'])
        return np.column_stack([X['speed'], 1.2 * np.log(X['speed_spread']), np.cos(angle), np.sin(angle)])


def get_estimator():
    return NearestHours()
