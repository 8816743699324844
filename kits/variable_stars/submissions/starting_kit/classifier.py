from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline


class Classifier(BaseEstimator):
    def fit(self, X, y):
        self.model_ = make_pipeline(
            SimpleImputer(strategy='most_frequent'),
            RandomForestClassifier(n_estimators=10, max_depth=5, random_state=57))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
