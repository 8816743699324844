import numpy as np

N_DAYS = 7


class FeatureExtractor:
    """A week of flow, rain and temperature, and the time of the year."""

    def transform(self, X_ds):
        first = X_ds.n_burn_in
        flow = X_ds['flow'].values
        n = len(flow)
        series = [flow, X_ds['rain'].values.mean(axis=1), X_ds['temperature'].values]
        columns = [one[first - lag:n - lag] for one in series for lag in range(N_DAYS)]
        angle = 2 * np.pi * X_ds['time'].dt.dayofyear.values[first:] / 365.25
        return np.column_stack(columns + [np.cos(angle), np.sin(angle)])
