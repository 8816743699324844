import numpy as np

MEMORIES = [2.0, 6.0, 20.0, 60.0]  # days
COOLER = {'valley': 0.0, 'slope': 3.9, 'ridge': 9.2}  # kelvin below the valley, by height


def remember(series, days):
    """An exponential memory of the past, run forward in time only."""
    kept = np.exp(-1.0 / days)
    state, states = series[0], np.empty(len(series))
    for t, value in enumerate(series):
        state = kept * state + (1.0 - kept) * value
        states[t] = state
    return states


def snow_and_water(rain, temperature):
    """Degree-day snow: what lies, and the water that reaches the ground."""
    lying, snow, water = 0.0, np.empty(len(rain)), np.empty(len(rain))
    for t in range(len(rain)):
        frozen = min(max((2.0 - temperature[t]) / 3.0, 0.0), 1.0)
        melt = min(lying, 3.5 * max(temperature[t] - 0.5, 0.0))
        lying += rain[t] * frozen - melt
        snow[t], water[t] = lying, rain[t] * (1.0 - frozen) + melt
    return snow, water


class FeatureExtractor:
    """What a hydrologist would keep account of: snow at three heights, and water of fast and slow stores."""

    def transform(self, X_ds):
        first = X_ds.n_burn_in
        flow, temperature = X_ds['flow'].values, X_ds['temperature'].values
        columns, total = [], np.zeros(len(flow))
        for i, station in enumerate(X_ds['station'].values):
            snow, water = snow_and_water(X_ds['rain'].values[:, i], temperature - COOLER[str(station)])
            total += water
            columns += [snow, water]
        columns += [remember(total, days) for days in MEMORIES]
        columns += [remember(temperature, days) for days in MEMORIES[:2]]
        columns += [flow, remember(flow, 2.0), remember(flow, 20.0), temperature]
        columns = [column[first:] for column in columns]
        columns += [flow[first - lag:len(flow) - lag] for lag in (1, 2)]
        angle = 2 * np.pi * X_ds['time'].dt.dayofyear.values[first:] / 365.25
        return np.column_stack(columns + [np.cos(angle), np.sin(angle)])
