from sklearn.base import BaseEstimator
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Classifier(BaseEstimator):
    """A linear model of the main variations of the logarithmic spectra."""

    def fit(self, X, y):
        self.model_ = make_pipeline(
            PCA(n_components=min(60, *X.shape), random_state=57), StandardScaler(),
            LogisticRegression(C=10.0, max_iter=2000, random_state=57))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
