import numpy as np
from sklearn.base import BaseEstimator
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.pipeline import make_pipeline

N_MOLECULES = 4


def likeliest_molecule(X):
    return np.argmax(X[:, -N_MOLECULES:], axis=1)


class Regressor(BaseEstimator):
    """One model a molecule, of the logarithm: the score is about relative errors."""

    def fit(self, X, y):
        molecule = likeliest_molecule(X)
        self.models_ = [self._fit_one(X[molecule == i], y[molecule == i]) for i in range(N_MOLECULES)]

    def _fit_one(self, X, y):
        model = make_pipeline(
            PCA(n_components=min(10, *X.shape), random_state=57),
            GradientBoostingRegressor(n_estimators=40, learning_rate=0.2, random_state=42))
        return model.fit(X, np.log(y))

    def predict(self, X):
        molecule = likeliest_molecule(X)
        y_pred = np.zeros(len(X))
        for i, model in enumerate(self.models_):
            chosen = molecule == i
            if chosen.any():
                y_pred[chosen] = np.exp(model.predict(X[chosen]))
        return y_pred
