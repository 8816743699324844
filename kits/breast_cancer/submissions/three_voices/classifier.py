from sklearn.base import BaseEstimator
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


class Classifier(BaseEstimator):
    """A linear, a kernel and a neural model, averaged: their mistakes differ."""

    def fit(self, X, y):
        voices = [
            ('linear', LogisticRegression(C=0.5, random_state=57)),
            ('kernel', SVC(C=3.0, gamma=0.01, probability=True, random_state=57)),
            ('neural', MLPClassifier((16,), solver='lbfgs', alpha=3.0, max_iter=1000, random_state=57)),
        ]
        self.model_ = make_pipeline(StandardScaler(), VotingClassifier(voices, voting='soft'))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
