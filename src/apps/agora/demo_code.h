// The code that people of the demo hand in, as they may have written it in a quarter of an hour.
#pragma once
#include <string>
#include <string_view>

namespace agora {

// A pipeline of a scaler and one model of scikit-learn.
std::string demo_classifier(std::string_view module, std::string_view model, std::string_view arguments);
// The same on the pixels of images.
std::string demo_pixels(std::string_view module, std::string_view model, std::string_view arguments);

// Each goes wrong in its own way, which its comment tells.
extern const std::string_view kSweetRadius;  // feature_extractor.py: the name of a column that is not there
extern const std::string_view kLogVotes;     // classifier.py: the logarithm of 0, so NaN
extern const std::string_view kOneColumn;    // classifier.py: one probability a row instead of two
extern const std::string_view kRecentFirst;  // classifier.py: counts on the number of public rows
extern const std::string_view kNoisyCopies;  // classifier.py: more memory than there is
extern const std::string_view kDeepSearch;   // classifier.py: more time than there is
extern const std::string_view kLargeImages;  // classifier.py: images of another size
extern const std::string_view kLabels;       // classifier.py: labels instead of probabilities
extern const std::string_view kThreeLevels;  // estimator.py: three quantiles instead of five
extern const std::string_view kPowerCurve;   // estimator.py: a column by another name

// And these do not.
extern const std::string_view kClippedVotes;  // classifier.py: kLogVotes, mended
extern const std::string_view kCoarseSearch;  // classifier.py: kDeepSearch, on a grid that it can walk
extern const std::string_view kClimate;       // estimator.py: the same quantiles for every hour
extern const std::string_view kSureOfMyself;  // estimator.py: intervals that are too narrow

}  // namespace agora
