"""Writes data/: simulated fluorescence images of stained nuclei: python make_data.py [FOLDER]."""
import pathlib
import sys

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter

N_TRAIN, N_TEST = 100, 40
SIZE = 48        # pixels
MARGIN = 4       # pixels between a centre and the edge
MAX_OVERLAP = 0.75  # centres are at least so many mean diameters apart: nuclei touch, they do not hide each other


def place_nuclei(rng):
    """(row, column, radius) of each nucleus; tissue is crowded, and some fields are empty."""
    wanted = 0 if rng.random() < 0.06 else 1 + rng.poisson(rng.choice([2.5, 6.0]))
    nuclei = []
    for _ in range(30 * wanted):
        if len(nuclei) == wanted:
            break
        radius = np.clip(rng.normal(5.0, 1.0), 3.0, 8.0)
        row, col = rng.uniform(MARGIN, SIZE - MARGIN, 2)
        apart = all(np.hypot(row - r, col - c) > MAX_OVERLAP * (radius + s) for r, c, s in nuclei)
        if apart:
            nuclei.append((row, col, radius))
    return nuclei


def stain(rng, row, col, radius):
    """One nucleus: a slightly elliptic disc with an uneven stain."""
    rows, cols = np.mgrid[:SIZE, :SIZE]
    angle, stretch = rng.uniform(0, np.pi), rng.uniform(1.0, 1.25)
    along = (cols - col) * np.cos(angle) + (rows - row) * np.sin(angle)
    across = -(cols - col) * np.sin(angle) + (rows - row) * np.cos(angle)
    distance = np.hypot(along / stretch, across * stretch) / radius
    disc = 1.0 / (1.0 + np.exp(8.0 * (distance - 1.0)))
    chromatin = 1.0 + 0.5 * gaussian_filter(rng.normal(size=(SIZE, SIZE)), 1.5) / 0.19 * 0.35
    return rng.uniform(0.35, 1.2) * disc * chromatin


def image_of(rng, nuclei):
    light = sum((stain(rng, *nucleus) for nucleus in nuclei), np.zeros((SIZE, SIZE)))
    for _ in range(rng.poisson(1.5)):  # debris: bright specks smaller than a nucleus
        speck = np.zeros((SIZE, SIZE))
        speck[tuple(rng.integers(SIZE, size=2))] = rng.uniform(3.0, 12.0)
        light += gaussian_filter(speck, 0.9)
    slope = rng.uniform(-0.15, 0.15, 2)
    rows, cols = np.mgrid[:SIZE, :SIZE] / SIZE - 0.5
    haze = 0.22 + slope[0] * rows + slope[1] * cols + 0.25 * gaussian_filter(light, 6.0)
    blurred = gaussian_filter(np.clip(light, 0, None), 0.8) + np.clip(haze, 0.02, None)
    photons = rng.poisson(45.0 * blurred)  # few photons: a living cell bleaches
    # The camera has seven bits; the file's eight keep its steps.
    return (2 * np.clip(photons, 0, 127)).astype(np.uint8)


def write_part(rng, folder, part, n_images):
    images, rows = [], []
    for i in range(n_images):
        nuclei = place_nuclei(rng)
        images.append(image_of(rng, nuclei))
        rows += [{'image': i, 'row': round(r, 2), 'col': round(c, 2), 'radius': round(s, 2)}
                 for r, c, s in nuclei]
    np.savez_compressed(folder / f'{part}_images.npz', images=np.array(images))
    pd.DataFrame(rows).to_csv(folder / f'{part}_nuclei.csv', index=False)


def main(folder):
    rng = np.random.default_rng(57)
    folder.mkdir(parents=True, exist_ok=True)
    write_part(rng, folder, 'train', N_TRAIN)
    write_part(rng, folder, 'test', N_TEST)


if __name__ == '__main__':
    here = pathlib.Path(__file__).resolve().parent
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / 'data')
