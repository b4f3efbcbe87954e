#include "datasets/feature_statistics.h"

#include <cmath>

#include "core/error.h"
#include "datasets/mapped_examples.h"

namespace tacit::datasets {

std::vector<double> mean_example(const Dataset& data) {
  if (data.size() == 0) fail(ErrorKind::usage, "data set '{}' has no example to take a mean of", data.name);
  std::vector<double> mean(data.feature_size());
  for_each_example(data, [&](std::span<const float> row) {
    for (std::size_t j = 0; j < mean.size(); ++j) mean[j] += double{row[j]};
  });
  for (double& value : mean) value /= static_cast<double>(data.size());
  return mean;
}

std::vector<double> feature_deviations(const Dataset& data) {
  // Around the mean: the difference of two large sums would lose what small deviations there are.
  const std::vector<double> mean = mean_example(data);
  std::vector<double> deviation(mean.size());
  for_each_example(data, [&](std::span<const float> row) {
    for (std::size_t j = 0; j < mean.size(); ++j) deviation[j] += std::pow(double{row[j]} - mean[j], 2);
  });
  for (double& value : deviation) value = std::sqrt(value / static_cast<double>(data.size()));
  return deviation;
}

}  // namespace tacit::datasets
