"""Writes data/: two simulated years of a wind farm and of its weather forecasts: python make_data.py [FOLDER]."""
import pathlib
import sys

import numpy as np
import pandas as pd
from scipy.special import ndtr

STEP = 6             # hours
N_TRAIN_WEEKS, N_TEST_WEEKS = 78, 26
CUT_IN, RATED, CUT_OUT = 3.0, 12.0, 24.0  # m/s
PREVAILING = 250.0   # degrees; the rows of turbines stand across it


def persistent(rng, n, memory):
    """A normal process with unit variance that forgets over `memory` hours."""
    kept = np.exp(-STEP / memory)
    noise = rng.normal(size=n)
    state, states = noise[0], np.empty(n)
    for t in range(n):
        state = kept * state + np.sqrt(1 - kept ** 2) * noise[t]
        states[t] = state
    return states


def farm_power(speed, direction, density):
    """Share of the capacity. Wind along the rows loses energy in the wakes; storms stop the turbines."""
    along_rows = np.cos(np.radians(direction - PREVAILING - 90)) ** 8
    effective = speed * (1.0 - 0.12 * along_rows) * density ** (1 / 3)
    rising = np.clip((effective ** 3 - CUT_IN ** 3) / (RATED ** 3 - CUT_IN ** 3), 0.0, 1.0)
    stopped = 1.0 / (1.0 + np.exp(-2.0 * (speed - CUT_OUT)))
    return rising * (1.0 - stopped)


def main(folder):
    rng = np.random.default_rng(57)
    n = (N_TRAIN_WEEKS + N_TEST_WEEKS) * 7 * 24 // STEP
    hour = STEP * np.arange(n)
    year = 2 * np.pi * hour / (24 * 365.25)
    of_day = 2 * np.pi * (hour % 24) / 24

    # Wind follows a Weibull distribution: the normal process is bent into it.
    weather = persistent(rng, n, 30.0)
    scale = 8.8 + 1.6 * np.cos(year) + 0.5 * np.cos(of_day - 0.6)
    speed = scale * (-np.log1p(-np.clip(ndtr(weather), 0, 1 - 1e-9))) ** (1 / 2.1)
    direction = (PREVAILING + 55 * persistent(rng, n, 40.0) + 15 * weather) % 360
    temperature = 10 - 8 * np.cos(year - 0.4) + 3 * persistent(rng, n, 60.0) + 2 * np.cos(of_day - np.pi)
    pressure = 1013 - 9 * weather + 6 * persistent(rng, n, 80.0)
    density = (pressure / 1013) * (288 / (273 + temperature))

    # Some days are hard to forecast; the members of the ensemble know it, more or less.
    doubt = np.exp(0.55 * persistent(rng, n, 24.0) - 0.15)
    forecast = np.maximum(speed * 0.96 + 0.3 + 1.25 * doubt * persistent(rng, n, 9.0), 0.1)
    spread = 1.1 * doubt * rng.lognormal(0, 0.25, n)
    said_direction = (direction + 12 * doubt * persistent(rng, n, 9.0)) % 360

    available = np.clip(1.0 - rng.exponential(0.02, n), 0.5, 1.0)  # turbines under repair
    power = farm_power(speed, direction, density) * available + rng.normal(0, 0.008, n)
    hours = pd.DataFrame({
        'week': hour // (7 * 24), 'hour': hour % 24, 'day_of_year': (hour // 24) % 365 + 1,
        'speed': forecast.round(2), 'speed_spread': spread.round(2), 'direction': said_direction.round(0),
        'temperature': (temperature + rng.normal(0, 0.8, n)).round(1),
        'pressure': (pressure + rng.normal(0, 0.7, n)).round(1),
        'power': np.clip(power, 0.0, 1.0).round(4),
    })
    folder.mkdir(parents=True, exist_ok=True)
    split = hours['week'] < N_TRAIN_WEEKS
    hours[split].to_csv(folder / 'train.csv', index=False)
    hours[~split].to_csv(folder / 'test.csv', index=False)


if __name__ == '__main__':
    here = pathlib.Path(__file__).resolve().parent
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / 'data')
