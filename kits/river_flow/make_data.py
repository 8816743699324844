"""Writes data/: a simulated mountain catchment, day by day: python make_data.py [FOLDER]."""
import pathlib
import sys

import numpy as np
import pandas as pd

FIRST_DAY, LAST_DAY = '2007-10-01', '2020-09-30'
TEST_FROM = '2017-10-01'
BURN_IN = 120       # the test file starts so many days earlier, for its first forecast to have a past
AREA = 640.0        # km2
ELEVATION = {'valley': 420.0, 'slope': 1050.0, 'ridge': 1900.0}  # metres above sea level
SHARE = {'valley': 0.25, 'slope': 0.45, 'ridge': 0.30}           # of the area around each station
LAPSE = 0.0062      # cooling with height, K/m


def weather(rng, dates):
    """Daily temperature at the valley station and rain at three stations."""
    season = 2 * np.pi * (dates.dayofyear.to_numpy() - 20) / 365.25
    temperature = np.empty(len(dates))
    rain = np.zeros((len(dates), 3))
    anomaly, wet = 0.0, False
    for t in range(len(dates)):
        anomaly = 0.82 * anomaly + rng.normal(0, 2.2)
        wet = rng.random() < (0.68 if wet else 0.24 + 0.05 * np.cos(season[t]))
        if wet:
            storm = rng.gamma(0.75, 11.0)
            rain[t] = storm * np.array([0.7, 1.0, 1.35]) * rng.lognormal(0, 0.25, 3)
        temperature[t] = 9.5 - 9.0 * np.cos(season[t]) + anomaly - (1.5 if wet else 0.0)
    return temperature, rain


class Zone:
    """A height zone: snow by degree days, a soil that fills and dries, what it cannot hold runs off."""

    FIELD_CAPACITY = 160.0  # mm

    def __init__(self):
        self.snow, self.soil = 0.0, 90.0

    def step(self, rain, temperature, day_length):
        falls_as_snow = np.clip((2.0 - temperature) / 3.0, 0.0, 1.0)
        melt = min(self.snow, 3.6 * max(temperature - 0.5, 0.0))
        self.snow += rain * falls_as_snow - melt
        water = rain * (1.0 - falls_as_snow) + melt
        runs_off = water * (self.soil / self.FIELD_CAPACITY) ** 2.2
        evaporates = 0.16 * max(temperature, 0.0) * day_length * min(1.0, self.soil / 100.0)
        self.soil = np.clip(self.soil + water - runs_off - evaporates, 5.0, self.FIELD_CAPACITY)
        return runs_off


def flow_of(temperature, rain, dates):
    """Discharge in m3/s: the zones drain into a fast and a slow store, and the channel delays them."""
    zones = {name: Zone() for name in ELEVATION}
    fast, slow, channel = 5.0, 60.0, 1.0
    flow = np.empty(len(dates))
    day_length = 1.0 - 0.4 * np.cos(2 * np.pi * (dates.dayofyear.to_numpy() - 355 + 365) / 365.25)
    for t in range(len(dates)):
        effective = 0.0
        for i, (name, zone) in enumerate(zones.items()):
            cooler = temperature[t] - LAPSE * (ELEVATION[name] - ELEVATION['valley'])
            effective += SHARE[name] * zone.step(rain[t, i], cooler, day_length[t])
        fast += 0.7 * effective
        slow += 0.3 * effective
        out = 0.28 * fast + 0.018 * slow  # mm a day
        fast -= 0.28 * fast
        slow -= 0.018 * slow
        channel += 0.55 * (out - channel)
        flow[t] = channel * AREA / 86.4
    return flow


def main(folder):
    rng = np.random.default_rng(57)
    dates = pd.date_range('2005-10-01', LAST_DAY)  # two years for the stores to forget how they began
    temperature, rain = weather(rng, dates)
    flow = flow_of(temperature, rain, dates)
    days = pd.DataFrame({
        'rain_valley': rain[:, 0], 'rain_slope': rain[:, 1], 'rain_ridge': rain[:, 2],
        'temperature': temperature + rng.normal(0, 0.3, len(dates)),
        'flow': flow * rng.lognormal(0, 0.03, len(dates)),  # a rating curve is good to a few per cent
    }, index=dates).round({'rain_valley': 1, 'rain_slope': 1, 'rain_ridge': 1, 'temperature': 1, 'flow': 2})
    days.index.name = 'date'
    days = days[FIRST_DAY:]
    split = days.index.get_loc(TEST_FROM)
    folder.mkdir(parents=True, exist_ok=True)
    days[:split].to_csv(folder / 'train.csv')
    days[split - BURN_IN:].to_csv(folder / 'test.csv')


if __name__ == '__main__':
    here = pathlib.Path(__file__).resolve().parent
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / 'data')
