#include "apps/agora/demo_code.h"

#include <fmt/format.h>

namespace agora {
namespace {

constexpr std::string_view kClassifier = R"(from {module} import {model}
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Classifier:
    def fit(self, X, y):
        self.model_ = make_pipeline(StandardScaler(), {model}({arguments}))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
)";

constexpr std::string_view kPixels = R"(from {module} import {model}


class Classifier:
    def fit(self, X, y):
        self.model_ = {model}({arguments})
        self.model_.fit(self._pixels(X), y)

    def predict_proba(self, X):
        return self.model_.predict_proba(self._pixels(X))

    def _pixels(self, X):
        return X.reshape(len(X), -1) / 16.0
)";

std::string filled(std::string_view text, std::string_view module, std::string_view model,
                   std::string_view arguments) {
  return fmt::format(fmt::runtime(text), fmt::arg("module", module), fmt::arg("model", model),
                     fmt::arg("arguments", arguments));
}

}  // namespace

std::string demo_classifier(std::string_view module, std::string_view model, std::string_view arguments) {
  return filled(kClassifier, module, model, arguments);
}

std::string demo_pixels(std::string_view module, std::string_view model, std::string_view arguments) {
  return filled(kPixels, module, model, arguments);
}

const std::string_view kSweetRadius = R"(class FeatureExtractor:
    def fit(self, X_df, y):
        return self

    def transform(self, X_df):
        return X_df[['mean_radius', 'mean_sweetness']].to_numpy()
)";

const std::string_view kLogVotes = R"(import numpy as np
from sklearn.tree import DecisionTreeClassifier


class Classifier:
    """Two trees vote; their votes are compared on a logarithmic scale."""

    def fit(self, X, y):
        self.trees_ = [DecisionTreeClassifier(max_features=6, random_state=seed).fit(X, y) for seed in (57, 58)]

    def predict_proba(self, X):
        votes = np.mean([tree.predict_proba(X) for tree in self.trees_], axis=0)
        logs = np.log(votes)
        return logs[:, ::-1] / logs.sum(axis=1, keepdims=True)
)";

const std::string_view kClippedVotes = R"(import numpy as np
from sklearn.tree import DecisionTreeClassifier


class Classifier:
    """Nine trees vote, and nobody is ever quite certain."""

    def fit(self, X, y):
        self.trees_ = [DecisionTreeClassifier(max_features=6, min_samples_leaf=5, random_state=seed).fit(X, y)
                       for seed in range(57, 66)]

    def predict_proba(self, X):
        votes = np.mean([tree.predict_proba(X) for tree in self.trees_], axis=0)
        votes = np.clip(votes, 0.01, 0.99)
        return votes / votes.sum(axis=1, keepdims=True)
)";

const std::string_view kOneColumn = R"(from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Classifier:
    def fit(self, X, y):
        self.model_ = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, random_state=57))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)[:, 1]
)";

const std::string_view kRecentFirst = R"(import numpy as np
from sklearn.ensemble import RandomForestClassifier

# The instruments became better over the years: later masses count more.
WEIGHTS = np.linspace(0.5, 1.5, 150)


class Classifier:
    def fit(self, X, y):
        self.model_ = RandomForestClassifier(n_estimators=40, random_state=57)
        self.model_.fit(X, y, sample_weight=WEIGHTS[:len(y)])

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
)";

const std::string_view kNoisyCopies = R"(import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

COPIES = 100_000


class Classifier:
    """Every mass a hundred thousand times, each time measured a little differently."""

    def fit(self, X, y):
        noise = np.random.default_rng(57)
        many = np.repeat(X, COPIES, axis=0)
        many += noise.normal(scale=0.01 * X.std(axis=0), size=many.shape)
        self.model_ = make_pipeline(StandardScaler(), LogisticRegression(random_state=57))
        self.model_.fit(many, np.repeat(y, COPIES))

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
)";

const std::string_view kDeepSearch = R"(import numpy as np
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


class Classifier:
    """The best of forty thousand kernels."""

    def fit(self, X, y):
        best = -1.0
        for C in np.logspace(-3, 3, 200):
            for gamma in np.logspace(-4, 1, 200):
                model = make_pipeline(StandardScaler(), SVC(C=C, gamma=gamma, probability=True, random_state=57))
                score = cross_val_score(model, X, y, cv=5).mean()
                if score > best:
                    best, self.model_ = score, model
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
)";

const std::string_view kCoarseSearch = R"(from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


class Classifier:
    """The best of six kernels."""

    def fit(self, X, y):
        models = [make_pipeline(StandardScaler(), SVC(C=C, gamma=gamma, probability=True, random_state=57))
                  for C in (1.0, 5.0) for gamma in (0.003, 0.01, 0.03)]
        self.model_ = max(models, key=lambda model: cross_val_score(model, X, y, cv=3).mean())
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
)";

const std::string_view kLargeImages = R"(from sklearn.linear_model import LogisticRegression


class Classifier:
    def fit(self, X, y):
        self.model_ = LogisticRegression(C=0.05, max_iter=500, random_state=57)
        self.model_.fit(self._pixels(X), y)

    def predict_proba(self, X):
        return self.model_.predict_proba(self._pixels(X))

    def _pixels(self, X):
        return X.reshape(len(X), 28 * 28) / 255.0
)";

const std::string_view kLabels = R"(import numpy as np
from sklearn.svm import SVC


class Classifier:
    def fit(self, X, y):
        self.model_ = SVC(C=5.0, gamma=0.05, random_state=57)
        self.model_.fit(X.reshape(len(X), -1) / 8.0, y)

    def predict_proba(self, X):
        return self.model_.predict(X.reshape(len(X), -1) / 8.0)
)";

const std::string_view kClimate = R"(import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

LEVELS = [0.05, 0.25, 0.50, 0.75, 0.95]


class Climate(BaseEstimator, RegressorMixin):
    """What the farm produced in all hours, whatever the forecast: the least that a forecast has to beat."""

    def fit(self, X, y):
        self.quantiles_ = np.quantile(y, LEVELS)
        return self

    def predict(self, X):
        return np.tile(self.quantiles_, (len(X), 1))


def get_estimator():
    return Climate()
)";

const std::string_view kSureOfMyself = R"(import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import ExtraTreesRegressor

WIDTHS = [-0.06, -0.02, 0.0, 0.02, 0.06]


class SureOfMyself(BaseEstimator, RegressorMixin):
    """One good forecast, and the same narrow margin around it in calm and in storm."""

    def fit(self, X, y):
        self.model_ = ExtraTreesRegressor(n_estimators=40, min_samples_leaf=5, random_state=57).fit(X, y)
        return self

    def predict(self, X):
        return np.clip(self.model_.predict(X)[:, None] + np.array(WIDTHS), 0.0, 1.0)


def get_estimator():
    return SureOfMyself()
)";

const std::string_view kThreeLevels = R"(import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

LEVELS = [0.05, 0.50, 0.95]


class Simple(BaseEstimator, RegressorMixin):
    def fit(self, X, y):
        self.edges_ = np.quantile(X['speed'], [0.2, 0.4, 0.6, 0.8])
        bins = np.digitize(X['speed'], self.edges_)
        self.quantiles_ = np.array([np.quantile(y[bins == i], LEVELS) for i in range(5)])
        return self

    def predict(self, X):
        return self.quantiles_[np.digitize(X['speed'], self.edges_)]


def get_estimator():
    return Simple()
)";

const std::string_view kPowerCurve = R"(import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin


class PowerCurve(BaseEstimator, RegressorMixin):
    """The cube of the speed between 3 and 12 m/s, and a margin that grows with the spread."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        levels = np.array([-1.6, -0.7, 0.0, 0.7, 1.6])
        speeds = X['wind_speed'].to_numpy()[:, None] + levels * X['speed_spread'].to_numpy()[:, None]
        return np.clip((speeds - 3.0) / 9.0, 0.0, 1.0) ** 3


def get_estimator():
    return PowerCurve()
)";

}  // namespace agora
