import numpy as np

COLUMNS = ['magnitude_b', 'magnitude_r', 'asym_b', 'asym_r', 'log_p_not_variable',
           'sigma_flux_b', 'sigma_flux_r', 'quality', 'div_period']


class FeatureExtractor:
    """All that the catalogue says of a star, but none of its light curves."""

    def fit(self, X_df, y):
        pass

    def transform(self, X_df):
        colour = X_df['magnitude_b'] - X_df['magnitude_r']
        period = X_df['period'] / X_df['div_period']
        return np.column_stack([X_df[COLUMNS].to_numpy(), colour, np.log(period)])
