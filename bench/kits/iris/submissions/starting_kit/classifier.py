from sklearn.linear_model import LogisticRegression


class Classifier:
    def fit(self, X, y):
        self.model_ = LogisticRegression(max_iter=200).fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
