from sklearn.base import BaseEstimator
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline


class Classifier(BaseEstimator):
    def fit(self, X, y):
        self.model_ = make_pipeline(
            SimpleImputer(strategy='median'),
            ExtraTreesClassifier(n_estimators=200, max_features=0.5, random_state=57))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
