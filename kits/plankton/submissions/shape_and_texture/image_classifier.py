import numpy as np
from scipy.ndimage import map_coordinates
from skimage.measure import label, regionprops
from sklearn.ensemble import ExtraTreesClassifier

RADII = np.arange(1, 14)
ANGLES = np.linspace(0, 2 * np.pi, 32, endpoint=False)


def largest_body(dark):
    threshold = min(0.15, 0.5 * dark.max())  # a ghost of a body is a body too
    bodies = regionprops(label(dark > threshold), intensity_image=dark)
    return max(bodies, key=lambda body: body.area * body.mean_intensity)


def polar(dark, centre, start):
    """The image around the centre, turned so that the long axis comes first: swimming direction is no trait."""
    rows = centre[0] + RADII[:, None] * np.sin(ANGLES + start)
    cols = centre[1] + RADII[:, None] * np.cos(ANGLES + start)
    return map_coordinates(dark, [rows, cols], order=1, mode='constant')


def features(image):
    dark = 1.0 - image / np.median(image)
    body = largest_body(dark)
    # skimage measures orientation from the row axis; the long axis in (row, column) is (cos, sin).
    around = polar(dark, body.centroid, np.pi / 2 - body.orientation)
    rings = np.concatenate([around.mean(axis=1), around.std(axis=1)])
    waves = np.abs(np.fft.rfft(around, axis=1))[:, 1:16]   # spines are high waves, a chain is the second
    outer = waves[5:].mean(axis=0)
    inner = waves[:5].mean(axis=0)
    axis = map_along(dark, body)
    chain = np.abs(np.fft.rfft(axis - axis.mean()))[1:12]  # the walls of a chain repeat along its axis
    shape = [dark.mean(), body.area, body.mean_intensity, body.max_intensity, body.eccentricity, body.solidity,
             body.extent, body.major_axis_length, body.minor_axis_length,
             body.perimeter ** 2 / (4 * np.pi * body.area)]
    return np.concatenate([shape, rings, inner, outer, chain])


def map_along(dark, body):
    steps = np.linspace(-11, 11, 45)
    rows = body.centroid[0] + steps * np.cos(body.orientation)
    cols = body.centroid[1] + steps * np.sin(body.orientation)
    return map_coordinates(dark, [rows, cols], order=1, mode='constant')


class ImageClassifier:
    """Shape, and what repeats around and along the body: spines, antennae, the walls of a chain."""

    def fit(self, img_loader):
        pairs = [img_loader.load(i) for i in range(len(img_loader))]
        X = np.array([features(image) for image, _ in pairs])
        y = np.array([taxon for _, taxon in pairs])
        self.model_ = ExtraTreesClassifier(n_estimators=150, max_features=0.4, random_state=57)
        self.model_.fit(X, y)

    def predict_proba(self, img_loader):
        X = np.array([features(img_loader.load(i)) for i in range(len(img_loader))])
        return self.model_.predict_proba(X)
