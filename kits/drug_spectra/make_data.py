"""Writes data/: simulated Raman spectra in the columns and formats of the hospital's files: python make_data.py [FOLDER]."""
import pathlib
import sys

import numpy as np
import pandas as pd

N_TRAIN, N_TEST = 330, 120
SHIFT = np.linspace(300, 1800, 380)  # Raman shift of each channel, 1/cm
N_SOLUTIONS, N_VIALS = 12, 3

# Concentrations that are prepared, in micrograms per millilitre.
CONCENTRATIONS = {
    'A': [300, 400, 600, 800, 1000, 1400, 1600, 2000, 5000, 10000],
    'B': [500, 1000, 1500, 2000, 4000, 5000, 7000, 10000, 20000, 25000],
    'Q': [1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000],
    'R': [400, 800, 1000, 1200, 1600, 2000, 3000, 4000, 5000, 10000],
}
# Bands as (centre 1/cm, half width 1/cm, height). A and R, B and Q are chemical cousins that share most bands.
BANDS = {
    'A': [(440, 10, 0.6), (782, 9, 1.0), (1003, 6, 0.4), (1210, 12, 0.8), (1442, 11, 0.9), (1602, 10, 0.7)],
    'R': [(452, 10, 0.6), (782, 9, 0.9), (1003, 6, 0.5), (1228, 12, 0.9), (1442, 11, 0.9), (1634, 10, 0.6)],
    'B': [(620, 9, 0.7), (832, 9, 0.9), (1003, 6, 1.0), (1295, 12, 0.6), (1586, 10, 1.0)],
    'Q': [(620, 9, 0.6), (850, 9, 0.8), (1003, 6, 1.1), (1310, 12, 0.7), (1586, 10, 0.9)],
}
STRENGTH = {'A': 0.9, 'B': 0.55, 'Q': 0.6, 'R': 0.8}  # height of a unit band at 10 000 micrograms per millilitre


def lorentz(centre, half_width, height=1.0):
    return height / (1.0 + ((SHIFT - centre) / half_width) ** 2)


def molecule_bands(name):
    return sum(lorentz(*band) for band in BANDS[name])


def water_and_wall():
    """Bending of water at 1640, and the bands of the plastic wall of the bag."""
    water = 1.5 * np.exp(-0.5 * ((SHIFT - 1640) / 70) ** 2) + 0.5 * np.exp(-0.5 * ((SHIFT - 450) / 160) ** 2)
    wall = sum(lorentz(*band) for band in [(636, 14, 0.7), (694, 14, 0.9), (1430, 12, 0.5), (1100, 30, 0.3)])
    return water, wall


def solution_background(rng):
    """Every solution is diluted from its own bottle: its fluorescence and its wall differ a little."""
    slope, curve = rng.normal(0, 0.10), rng.normal(0, 0.08)
    x = np.linspace(-1, 1, len(SHIFT))
    return 2.0 + slope * x + curve * x ** 2, rng.normal(1.0, 0.06)


def measure(rng, molecule, concentration, background, vial_gain):
    fluorescence, wall_share = background
    water, wall = water_and_wall()
    dose = concentration / 10000 * rng.lognormal(0, 0.04)  # pipettes are not exact
    # At high concentration the solution absorbs part of its own light.
    drug = STRENGTH[molecule] * dose * molecule_bands(molecule) / (1.0 + 0.25 * dose)
    bleaching = rng.normal(1.0, 0.05)
    signal = fluorescence * bleaching + water + wall * wall_share + drug * rng.normal(1.0, 0.03)
    signal *= vial_gain * rng.lognormal(0, 0.05)
    counts = signal * 9000
    counts = counts + np.sqrt(counts) * rng.normal(size=len(SHIFT))
    if rng.random() < 0.05:  # a cosmic ray hits one channel
        counts[rng.integers(len(SHIFT))] += rng.uniform(0.1, 0.5) * counts.mean()
    return counts / counts.sum() * 10.0  # the instrument's software scales to a fixed area


def main(folder):
    rng = np.random.default_rng(57)
    backgrounds = [solution_background(rng) for _ in range(N_SOLUTIONS)]
    gains = rng.normal(1.0, 0.04, N_VIALS)
    rows = []
    for _ in range(N_TRAIN + N_TEST):
        molecule = str(rng.choice(list(CONCENTRATIONS)))
        concentration = int(rng.choice(CONCENTRATIONS[molecule]))
        solution, vial = int(rng.integers(N_SOLUTIONS)), int(rng.integers(N_VIALS))
        spectrum = measure(rng, molecule, concentration, backgrounds[solution], gains[vial])
        rows.append({'concentration': concentration, 'molecule': molecule, 'solute': solution + 1,
                     'spectra': str(np.round(spectrum, 5).tolist()), 'vial': vial + 1})
    samples = pd.DataFrame(rows)
    folder.mkdir(parents=True, exist_ok=True)
    samples[:N_TRAIN].to_csv(folder / 'train.csv.bz2', index=False)
    samples[N_TRAIN:].to_csv(folder / 'test.csv.bz2', index=False)


if __name__ == '__main__':
    here = pathlib.Path(__file__).resolve().parent
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / 'data')
