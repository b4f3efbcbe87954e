#include "datasets/target_bins.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::datasets {

std::vector<std::int32_t> quantile_bins(std::span<const float> values, std::size_t bins) {
  if (bins == 0) fail(ErrorKind::usage, "values cannot be put into no bins");
  std::vector<float> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::int32_t> numbers;
  numbers.reserve(values.size());
  for (const float value : values) {
    // By the place of the first equal value, so that equal ones stay together.
    const auto place = static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
    numbers.push_back(static_cast<std::int32_t>(place * bins / sorted.size()));
  }
  return numbers;
}

}  // namespace tacit::datasets
