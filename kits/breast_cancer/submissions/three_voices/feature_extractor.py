import numpy as np


class FeatureExtractor:
    """Sizes and their errors have long right tails: take logarithms."""

    def fit(self, X_df, y):
        pass

    def transform(self, X_df):
        return np.log1p(X_df.to_numpy())
