import numpy as np
from skimage.measure import label, regionprops
from sklearn.ensemble import RandomForestClassifier


def largest_body(dark):
    """The connected region that takes most light."""
    threshold = min(0.15, 0.5 * dark.max())  # a ghost of a body is a body too
    bodies = regionprops(label(dark > threshold), intensity_image=dark)
    return max(bodies, key=lambda body: body.area * body.mean_intensity)


def shape(image):
    dark = 1.0 - image / np.median(image)
    body = largest_body(dark)
    round_ness = body.perimeter ** 2 / (4 * np.pi * body.area)
    return [dark.mean(), body.area, body.mean_intensity, body.max_intensity, body.eccentricity, body.solidity,
            body.extent, body.major_axis_length, body.minor_axis_length, round_ness]


class ImageClassifier:
    """The measurements that plankton imaging has used for decades: size, elongation, raggedness."""

    def fit(self, img_loader):
        pairs = [img_loader.load(i) for i in range(len(img_loader))]
        X = np.array([shape(image) for image, _ in pairs])
        y = np.array([taxon for _, taxon in pairs])
        self.model_ = RandomForestClassifier(n_estimators=100, min_samples_leaf=2, random_state=57)
        self.model_.fit(X, y)

    def predict_proba(self, img_loader):
        X = np.array([shape(img_loader.load(i)) for i in range(len(img_loader))])
        return self.model_.predict_proba(X)
