import numpy as np

N_BINS = 5


def phase_means(times, lights, period):
    """Mean magnitude in equal bins of phase; missing where a bin has no point."""
    phase = np.asarray(times) % period
    edges = [i * period / N_BINS for i in range(N_BINS + 1)]
    bins = np.digitize(phase, edges) - 1
    lights = np.asarray(lights)
    means = np.full(N_BINS, np.nan)
    for i in range(N_BINS):
        chosen = lights[bins == i]
        if len(chosen):
            means[i] = chosen.mean()
    return means


class FeatureExtractor:
    """The mean magnitudes, the period, and both light curves folded with that period."""

    def fit(self, X_df, y):
        pass

    def transform(self, X_df):
        return np.array([self._features(star) for _, star in X_df.iterrows()])

    def _features(self, star):
        # The catalogue's period spans `div_period` cycles.
        period = star['period'] / star['div_period']
        curves = [phase_means(star['time_points_' + band], star['light_points_' + band], period)
                  for band in 'br']
        return np.concatenate([[star['magnitude_b'], star['magnitude_r'], period]] + curves)
