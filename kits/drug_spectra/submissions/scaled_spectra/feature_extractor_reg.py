import numpy as np

MOLECULES = ['A', 'B', 'Q', 'R']


class FeatureExtractor:
    """Each spectrum with mean 0 and deviation 1, then the four probabilities of the molecules."""

    def fit(self, X_df, y):
        pass

    def transform(self, X_df):
        spectra = np.array(X_df['spectra'].tolist())
        spectra -= spectra.mean(axis=1, keepdims=True)
        spectra /= spectra.std(axis=1, keepdims=True)
        return np.concatenate([spectra, X_df[MOLECULES].values], axis=1)
