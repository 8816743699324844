import numpy as np
from scipy.ndimage import gaussian_laplace, gaussian_filter, maximum_filter
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

SCALES = [2.0, 2.6, 3.3, 4.1, 5.0]  # pixels; a disc of radius r answers most at r / sqrt(2)


def candidates(image):
    """Blobs at all scales: their places and what the image looks like there."""
    image = image.astype(float)
    answer = np.array([-s ** 2 * gaussian_laplace(image, s, mode='nearest') for s in SCALES])
    peaks = answer == maximum_filter(answer, size=(len(SCALES), 5, 5))
    smooth, wide = gaussian_filter(image, 1.0), gaussian_filter(image, 8.0)
    places, features = [], []
    for k, row, col in np.argwhere(peaks & (answer > 5.0)):
        places.append(refine(answer[k], row, col))
        rings = ring_means(smooth, row, col)
        features.append(np.concatenate([[SCALES[k]], answer[:, row, col], [wide[row, col]], rings]))
    return places, np.array(features)


def refine(answer, row, col):
    """The peak of a parabola through the neighbours: a fraction of a pixel."""
    def offset(before, here, after):
        bend = before - 2 * here + after
        return 0.0 if bend >= 0 else np.clip(0.5 * (before - after) / bend, -0.5, 0.5)
    last = len(answer) - 1
    if 0 < row < last and 0 < col < last:
        return (row + offset(*answer[row - 1:row + 2, col]), col + offset(*answer[row, col - 1:col + 2]))
    return float(row), float(col)


def ring_means(smooth, row, col):
    rows, cols = np.mgrid[:smooth.shape[0], :smooth.shape[1]]
    ring = np.hypot(rows - row, cols - col).astype(int)
    inside = ring < 11
    total = np.bincount(ring[inside], smooth[inside], minlength=11)
    return total / np.maximum(np.bincount(ring[inside], minlength=11), 1)


class ObjectDetector:
    """Proposes blobs, then learns from the labels which of them are nuclei and how large they are."""

    def fit(self, X, y):
        features, is_nucleus, radii = [], [], []
        for image, nuclei in zip(X, y):
            for place, feature in zip(*candidates(image)):
                distance = [np.hypot(place[0] - r, place[1] - c) / s for r, c, s in nuclei] or [np.inf]
                nearest = int(np.argmin(distance))
                features.append(feature)
                is_nucleus.append(distance[nearest] < 0.4)
                radii.append(nuclei[nearest][2] if is_nucleus[-1] else np.nan)
        features, is_nucleus, radii = np.array(features), np.array(is_nucleus), np.array(radii)
        self.judge_ = ExtraTreesClassifier(n_estimators=60, min_samples_leaf=3, random_state=57)
        self.judge_.fit(features, is_nucleus)
        self.ruler_ = ExtraTreesRegressor(n_estimators=60, min_samples_leaf=3, random_state=57)
        self.ruler_.fit(features[is_nucleus], radii[is_nucleus])

    def predict(self, X):
        y_pred = np.empty(len(X), dtype=object)
        for i, image in enumerate(X):
            y_pred[i] = self._find(image)
        return y_pred

    def _find(self, image):
        places, features = candidates(image)
        if not places:
            return []
        confidence = self.judge_.predict_proba(features)[:, 1]
        radius = self.ruler_.predict(features)
        kept = []
        for k in np.argsort(-confidence):
            alone = all(np.hypot(places[k][0] - r, places[k][1] - c) > 0.9 * max(radius[k], s) for _, r, c, s in kept)
            if confidence[k] > 0.1 and alone:
                kept.append((confidence[k], places[k][0], places[k][1], radius[k]))
        return kept
