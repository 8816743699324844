"""Writes data/: simulated stars in the columns and file formats of the EROS catalogue: python make_data.py [FOLDER]."""
import pathlib
import sys

import numpy as np
import pandas as pd
from scipy.stats import kstest

N_TRAIN, N_TEST = 300, 120
TYPES, SHARES = [1, 2, 3, 4], [0.14, 0.21, 0.55, 0.10]
N_NIGHTS = 72
ZERO_POINT = 24.7  # magnitude of one unit of flux
FAILED = 25.0      # magnitude written for a point that could not be measured
GZIP = {'method': 'gzip', 'mtime': 1}  # a fixed time, so that the bytes repeat


def fourier_wave(phase, amplitudes, lag):
    """A pulsation: harmonics that add up to a steep rise and a slow decline, scaled to a full range of 1."""
    wave = sum(a * np.cos(2 * np.pi * (k + 1) * phase + k * lag) for k, a in enumerate(amplitudes))
    grid = np.arange(200) / 200
    full = sum(a * np.cos(2 * np.pi * (k + 1) * grid + k * lag) for k, a in enumerate(amplitudes))
    return (wave - full.mean()) / np.ptp(full)


def eclipsing_binary(rng):
    period = float(np.exp(rng.normal(0.5, 0.9)))
    blue = rng.normal(17.9, 1.2)
    width = rng.uniform(0.03, 0.12)
    depth, ratio, tide = rng.uniform(0.25, 1.1), rng.uniform(0.1, 1.0), rng.uniform(0.0, 0.15)

    def light(phase, band):
        def dip(centre):
            away = (phase - centre + 0.5) % 1.0 - 0.5
            return np.exp(-0.5 * (away / width) ** 2)
        return depth * dip(0.0) + depth * ratio * dip(0.5) + tide * np.cos(4 * np.pi * phase)

    return period, blue, blue - rng.normal(0.1, 0.45), light


def cepheid(rng):
    period = float(np.exp(rng.normal(1.1, 0.7)))
    red = 16.9 - 2.9 * (np.log10(period) - 0.5) + rng.normal(0, 0.45)  # the period-luminosity relation
    size = rng.uniform(0.35, 1.1)
    lag = 1.2 + 0.4 * np.log(period) + rng.normal(0, 0.2)
    amplitudes = [1.0, rng.uniform(0.15, 0.5), rng.uniform(0.0, 0.25)]

    def light(phase, band):
        return size * (1.0 if band == 'b' else 0.65) * fourier_wave(phase, amplitudes, lag)

    return period, red + rng.normal(0.62, 0.3), red, light


def rr_lyrae(rng):
    overtone = rng.random() < 0.3
    period = rng.normal(0.33, 0.04) if overtone else rng.normal(0.57, 0.07)
    red = rng.normal(18.5, 0.6)
    size = rng.uniform(0.3, 0.6) if overtone else rng.uniform(0.5, 1.3)
    amplitudes = [1.0, 0.15, 0.03] if overtone else [1.0, rng.uniform(0.35, 0.6), rng.uniform(0.15, 0.35)]
    lag = rng.normal(1.5, 0.2)

    def light(phase, band):
        return size * (1.0 if band == 'b' else 0.7) * fourier_wave(phase, amplitudes, lag)

    return max(period, 0.2), red + rng.normal(0.6, 0.4), red, light


def long_period(rng):
    period = float(np.exp(rng.normal(5.1, 0.55)))
    red = rng.normal(15.7, 0.6)
    size = rng.uniform(0.3, 2.5)
    amplitudes = [1.0, rng.uniform(0.0, 0.25), 0.05]
    lag = rng.uniform(0, 2 * np.pi)

    def light(phase, band):
        return size * (1.0 if band == 'b' else 0.6) * fourier_wave(phase, amplitudes, lag)

    return period, red + rng.normal(2.3, 0.7), red, light


MAKERS = {1: eclipsing_binary, 2: cepheid, 3: rr_lyrae, 4: long_period}
CYCLES = {1: 2.6, 2: 4.5, 3: 4.3, 4: 1.7}  # mean of `div_period`: the catalogue folds several cycles into a period


def nights(rng):
    """Three seasons of clear nights, in days."""
    season = np.concatenate([np.arange(290, 406), np.arange(626, 800), np.arange(1001, 1184)])
    return np.sort(rng.choice(season, N_NIGHTS, replace=False))


def observe(rng, calendar, magnitude, period, light, band):
    """A light curve as measured: gaps, noise that grows towards the faint end, failed points, blended neighbours."""
    kept = rng.random(len(calendar)) > rng.uniform(0.02, 0.2)
    times = np.round(calendar[kept] + rng.uniform(0.03, 0.4, kept.sum()), 2)
    true = magnitude + light((times / period) % 1.0, band)
    error = 0.03 + 0.10 * 10 ** (0.30 * (true - 19.0)) * rng.lognormal(0, 0.25, len(times))
    error = np.clip(error, 0.05, 1.0)
    seen = true + error * rng.normal(size=len(times))
    failed = (rng.random(len(times)) < 0.004) | (seen > 23.0)
    return {
        'time': times,
        'light': np.round(np.where(failed, FAILED, seen), 2),
        'error': np.round(np.where(failed, 1.0, error), 2),
        'bkg': np.round(np.abs(rng.normal(0, 0.003, len(times))), 2),
        'polltn': np.round(rng.exponential(rng.choice([0.0, 0.03]), len(times)).clip(0, 1), 2),
    }


def band_summary(curve):
    light, error = curve['light'], curve['error']
    good = light < FAILED
    flux = 10 ** (0.4 * (ZERO_POINT - light[good]))
    faint, bright = np.sum(flux < flux.mean()), np.sum(flux > flux.mean())
    scaled = (light[good] - np.median(light[good])) / error[good]
    distance = kstest(scaled, 'norm').statistic
    log_p = np.log10(2.0) - 2.0 * good.sum() * distance ** 2 / np.log(10.0)  # Kolmogorov's tail, first term
    return int(good.sum()), faint / max(bright, 1), flux.std(), log_p


def star(rng, kind, calendar):
    period, blue, red, light = MAKERS[kind](rng)
    curves = {'b': observe(rng, calendar, blue, period, light, 'b'),
              'r': observe(rng, calendar, red, period, light, 'r')}
    n_b, asym_b, sigma_b, log_p_b = band_summary(curves['b'])
    n_r, asym_r, sigma_r, log_p_r = band_summary(curves['r'])
    cycles = 1 + rng.poisson(CYCLES[kind] - 1)
    if rng.random() < 0.08:  # the period search found a daily alias
        period = 1.0 / abs(1.0 / period - 1.0027)
    listed = float(f'{period * cycles:.6g}')
    patch = int(rng.integers(1, 783))
    star_b = int(rng.integers(1, 12600))
    static = {
        'patch_id': float(patch), 'star_id_b': float(star_b), 'star_id_r': float(star_b + rng.integers(0, 900)),
        'magnitude_b': round(blue + rng.normal(0, 0.05), 4), 'magnitude_r': round(red + rng.normal(0, 0.05), 4),
        'asc_d': float(rng.choice([4, 5])), 'asc_m': float(rng.integers(60)), 'asc_s': round(rng.uniform(0, 60), 2),
        'dec_d': float(rng.integers(-71, -64)), 'dec_m': float(rng.integers(60)),
        'dec_s': round(rng.uniform(0, 60), 2),
        'period': listed, 'frequency': float(f'{1.0 / listed:.6g}'),
        'num_points_good_b': float(n_b), 'num_points_good_r': float(n_r),
        'asym_b': float(f'{asym_b:.6g}'), 'asym_r': float(f'{asym_r:.6g}'),
        'log_p_not_variable': float(f'{max(log_p_b, log_p_r):.6g}'),
        'sigma_flux_b': float(f'{sigma_b:.6g}'), 'sigma_flux_r': float(f'{sigma_r:.6g}'),
        'type': float(kind), 'quality': float(min(3, rng.poisson(1.4))), 'div_period': float(cycles),
    }
    lists = {f'{name}_points_{band}': str(curves[band][name].tolist())
             for name in ('time', 'light', 'error', 'bkg', 'polltn') for band in 'br'}
    return f'{patch}_{star_b}', static, lists


def main(folder):
    rng = np.random.default_rng(57)
    calendar = nights(rng)
    kinds = np.repeat(TYPES, np.round(np.array(SHARES) * (N_TRAIN + N_TEST)).astype(int))
    rng.shuffle(kinds)
    stars = [star(rng, kind, calendar) for kind in kinds]
    names, static, lists = zip(*stars)
    static = pd.DataFrame(static, index=names)
    lists = pd.DataFrame(lists, index=names)
    folder.mkdir(parents=True, exist_ok=True)
    for part, rows in (('train', slice(0, N_TRAIN)), ('test', slice(N_TRAIN, None))):
        static.iloc[rows].to_csv(folder / f'{part}.csv')
        lists.iloc[rows].to_csv(folder / f'{part}_varlength_features.csv.gz', compression=GZIP)


if __name__ == '__main__':
    here = pathlib.Path(__file__).resolve().parent
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / 'data')
