from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PowerTransformer
from sklearn.svm import SVC


class Classifier(BaseEstimator):
    """Sizes have long right tails: once they are made even, a Gaussian kernel compares masses fairly."""

    def fit(self, X, y):
        self.model_ = make_pipeline(
            PowerTransformer(),
            SVC(C=3.0, gamma=0.01, probability=True, random_state=57))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
