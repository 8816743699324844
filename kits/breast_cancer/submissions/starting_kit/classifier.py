from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Classifier(BaseEstimator):
    def fit(self, X, y):
        self.model_ = make_pipeline(StandardScaler(), LogisticRegression(random_state=57))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
