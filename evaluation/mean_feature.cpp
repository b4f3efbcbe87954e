#include "evaluation/mean_feature.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.h"

namespace tacit::evaluation {

attacks::MeanFeature mean_feature_of(const datasets::Dataset& examples) {
  std::vector<double> means(examples.size());
  for (std::size_t i = 0; i < means.size(); ++i) {
    const auto example = examples.example(i);
    means[i] = std::accumulate(example.begin(), example.end(), 0.0) / static_cast<double>(example.size());
  }
  const auto count = static_cast<double>(means.size());
  const double mean = std::accumulate(means.begin(), means.end(), 0.0) / count;
  double square = 0;
  for (const double value : means) square += (value - mean) * (value - mean);
  if (means.size() < 2 || !(square > 0))
    fail(ErrorKind::data, "data set '{}' has {} examples, too few or too equal to say how their means spread",
         examples.name, means.size());
  return {mean, std::sqrt(square / (count - 1))};
}

}  // namespace tacit::evaluation
