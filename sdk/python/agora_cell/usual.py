"""What submissions usually import, parts of the default environment's packages that importing the packages leaves out.

A judge that lasts imports all of them once (all_usual.py), and no fold ever again; another takes what its time
allows (features.py). Another environment may lack some.
"""

import importlib

NAMES = ("sklearn.linear_model", "sklearn.ensemble", "sklearn.pipeline", "sklearn.compose", "sklearn.impute",
         "sklearn.preprocessing", "sklearn.svm", "sklearn.neighbors", "sklearn.feature_extraction",
         "sklearn.feature_selection", "sklearn.decomposition", "sklearn.cluster", "sklearn.gaussian_process",
         "sklearn.neural_network", "sklearn.calibration", "sklearn.naive_bayes", "sklearn.discriminant_analysis",
         "scipy.signal")


def load(name):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
