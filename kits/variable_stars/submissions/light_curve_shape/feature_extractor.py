import numpy as np

COLUMNS = ['magnitude_b', 'magnitude_r', 'asym_b', 'asym_r', 'log_p_not_variable',
           'sigma_flux_b', 'sigma_flux_r', 'quality', 'div_period']
N_HARMONICS = 3
MAX_MAGNITUDE = 24.9  # fainter points are failed measurements


def harmonics(times, lights, errors, period):
    """Amplitudes of the first harmonics, their phases against the first, and what they leave unexplained."""
    times, lights, errors = np.asarray(times), np.asarray(lights), np.asarray(errors)
    good = lights < MAX_MAGNITUDE
    if good.sum() < 20:
        return np.full(2 * N_HARMONICS + 2, np.nan)
    times, lights = times[good], lights[good]
    weights = 1.0 / np.maximum(errors[good], 0.03)
    angle = 2.0 * np.pi * times / period
    waves = [np.ones_like(angle)]
    for k in range(1, N_HARMONICS + 1):
        waves += [np.cos(k * angle), np.sin(k * angle)]
    design = np.column_stack(waves)
    ridge = 1e-3 * np.eye(design.shape[1]) * np.sum(weights ** 2)
    weighted = design * weights[:, None]
    found = np.linalg.solve(weighted.T @ weighted + ridge, weighted.T @ (lights * weights))
    cos, sin = found[1::2], found[2::2]
    amplitude = np.hypot(cos, sin)
    phase = np.arctan2(-sin, cos)
    relative = [phase[k] - (k + 1) * phase[0] for k in range(1, N_HARMONICS)]
    rest = np.std(lights - design @ found) / max(np.std(lights), 1e-6)
    spread = np.subtract(*np.percentile(lights, [95, 5]))
    return np.concatenate([amplitude, np.cos(relative), [rest, spread, skewness(lights)]])


def skewness(lights):
    centred = lights - lights.mean()
    return np.mean(centred ** 3) / max(np.mean(centred ** 2), 1e-9) ** 1.5


class FeatureExtractor:
    """The catalogue's values and a Fourier description of both folded light curves."""

    def fit(self, X_df, y):
        pass

    def transform(self, X_df):
        period = (X_df['period'] / X_df['div_period']).to_numpy()
        colour = (X_df['magnitude_b'] - X_df['magnitude_r']).to_numpy()
        parts = [X_df[COLUMNS].to_numpy(dtype=float), colour[:, None], np.log(period)[:, None]]
        for band in 'br':
            curves = zip(X_df['time_points_' + band], X_df['light_points_' + band],
                         X_df['error_points_' + band], period)
            parts.append(np.array([harmonics(*curve) for curve in curves]))
        return np.hstack(parts)
