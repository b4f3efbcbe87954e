#include "datasets/transforms/standardise_targets.h"

#include <cmath>

#include "core/error.h"

namespace tacit::datasets {

TargetStandardiser::TargetStandardiser(const Dataset& training)
    : means_(training.target_size), deviations_(training.target_size) {
  if (!training.is_regression())
    fail(ErrorKind::usage, "data set '{}' has labels, and no real-valued targets to standardise", training.name);
  if (training.size() == 0) fail(ErrorKind::usage, "data set '{}' has no example to standardise by", training.name);
  const std::size_t width = training.target_size;
  const auto count = static_cast<double>(training.size());
  for (std::size_t k = 0; k < training.targets.size(); ++k) means_[k % width] += double{training.targets[k]} / count;
  for (std::size_t k = 0; k < training.targets.size(); ++k)
    deviations_[k % width] += std::pow(double{training.targets[k]} - means_[k % width], 2) / count;
  for (double& deviation : deviations_) deviation = std::sqrt(deviation);
}

Dataset TargetStandardiser::apply(Dataset data) const {
  if (data.target_size != means_.size())
    fail(ErrorKind::usage, "data set '{}' has {} targets, means are known for {}", data.name, data.target_size,
         means_.size());
  for (std::size_t k = 0; k < data.targets.size(); ++k) {
    const std::size_t target = k % means_.size();
    data.targets[k] = deviations_[target] == 0
                          ? 0.0f
                          : static_cast<float>((double{data.targets[k]} - means_[target]) / deviations_[target]);
  }
  return data;
}

}  // namespace tacit::datasets
