from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression


class Classifier(BaseEstimator):
    """A linear model of the 64 grey levels."""

    def fit(self, X, y):
        self.model_ = LogisticRegression(C=0.01, max_iter=2000, random_state=57)
        self.model_.fit(self._pixels(X), y)

    def predict_proba(self, X):
        return self.model_.predict_proba(self._pixels(X))

    def _pixels(self, X):
        return X.reshape(len(X), -1).astype(float)
