import os

import pandas as pd
import rampwf as rw
import xarray as xr

problem_title = 'River flow three days ahead'

LEAD = 3         # days between the last measurement that a forecast may use and the flow to forecast
N_BURN_IN = 120  # days at the start of a series without a forecast: enough to fill a snow pack and a soil
STATIONS = ['valley', 'slope', 'ridge']

Predictions = rw.prediction_types.make_regression()


class RiverForecast(rw.workflows.ElNino):
    """Features of the past, then a regressor; rampwf checks that the features do not look ahead.

    ElNino shows its extractor every label. Here it is fitted on the training days alone.
    """

    def train_submission(self, module_path, X_ds, y_array, train_is=None):
        if train_is is None:
            train_is = range(len(y_array))
        first, last = train_is[0], train_is[-1]
        X_train = X_ds.isel(time=slice(first, last + 1 + X_ds.n_burn_in))
        y_train = y_array[first:last + 1]
        features = self.ts_feature_extractor_workflow.train_submission(module_path, X_train, y_train)
        X_array = self.ts_feature_extractor_workflow.test_submission(features, X_train)
        regressor = self.regressor_workflow.train_submission(module_path, X_array, y_train)
        return features, regressor


# Two days, counted from the burn-in, after which the inputs are disturbed; and how far the check reads.
workflow = RiverForecast(check_sizes=[130, 500], check_indexs=[100, 400])

score_types = [
    rw.score_types.NormalizedRMSE(name='nrmse', precision=4),
    rw.score_types.RMSE(name='rmse', precision=3),
    rw.score_types.RelativeRMSE(name='rel_rmse', precision=3),
]


def get_cv(X, y):
    n_cv = 2 if os.getenv('RAMP_TEST_MODE') else 4
    cv = rw.cvs.TimeSeries(n_cv=n_cv, cv_block_size=0.5, period=365, unit='day', unit_2='year')
    return cv.get_cv(X, y)


def _read(path, file_name):
    """A Dataset of daily measurements, and for each day after the burn-in the flow LEAD days later."""
    days = pd.read_csv(os.path.join(path, 'data', file_name), index_col='date', parse_dates=True)
    days.index.name = 'time'
    seen = days.iloc[:-LEAD]  # the last days have no answer yet
    rain = xr.DataArray(
        seen[['rain_' + name for name in STATIONS]].to_numpy(), dims=('time', 'station'),
        coords={'time': seen.index, 'station': STATIONS})
    X_ds = xr.Dataset({
        'rain': rain,
        'temperature': seen['temperature'].to_xarray(),
        'flow': seen['flow'].to_xarray(),
    }, attrs={'n_burn_in': N_BURN_IN})
    y_array = days['flow'].to_numpy()[N_BURN_IN + LEAD:]
    return X_ds, y_array


def get_train_data(path='.'):
    return _read(path, 'train.csv')


def get_test_data(path='.'):
    return _read(path, 'test.csv')
