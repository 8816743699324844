import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

LEVELS = [0.05, 0.25, 0.50, 0.75, 0.95]
N_BINS = 12


class SpeedBins(BaseEstimator, RegressorMixin):
    """The quantiles of the power that came with forecasts of about this wind speed."""

    def fit(self, X, y):
        self.edges_ = np.quantile(X['speed'], np.linspace(0, 1, N_BINS + 1)[1:-1])
        bins = np.digitize(X['speed'], self.edges_)
        self.quantiles_ = np.array([np.quantile(y[bins == i], LEVELS) for i in range(N_BINS)])
        return self

    def predict(self, X):
        return self.quantiles_[np.digitize(X['speed'], self.edges_)]


def get_estimator():
    return SpeedBins()
