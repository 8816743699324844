from sklearn.base import BaseEstimator
from sklearn.linear_model import Ridge


class Regressor(BaseEstimator):
    def fit(self, X, y):
        self.model_ = Ridge(alpha=1.0, random_state=57)
        self.model_.fit(X, y)

    def predict(self, X):
        return self.model_.predict(X)
