import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class ImageClassifier:
    """How much light the body takes, how unevenly, and how many pixels it covers."""

    def fit(self, img_loader):
        pairs = [img_loader.load(i) for i in range(len(img_loader))]
        X = np.array([self._features(image) for image, _ in pairs])
        y = np.array([taxon for _, taxon in pairs])
        self.model_ = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, random_state=57))
        self.model_.fit(X, y)

    def predict_proba(self, img_loader):
        X = np.array([self._features(img_loader.load(i)) for i in range(len(img_loader))])
        return self.model_.predict_proba(X)

    def _features(self, image):
        dark = 1.0 - image / np.median(image)
        return [dark.mean(), dark.std(), dark.max(), np.mean(dark > 0.15)]
