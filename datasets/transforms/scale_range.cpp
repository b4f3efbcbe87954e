#include "datasets/transforms/scale_range.h"

#include <algorithm>

#include "core/error.h"
#include "datasets/mapped_examples.h"

namespace tacit::datasets {

Dataset scale_range(Dataset data, float low, float high) {
  if (!(low < high)) fail(ErrorKind::usage, "range [{}, {}] is empty or not a number", low, high);
  if (!(data.feature_low < data.feature_high))
    fail(ErrorKind::usage, "data set '{}' has empty feature bounds [{}, {}]", data.name, data.feature_low,
         data.feature_high);
  const double from = data.feature_low;
  const double scale = (double{high} - double{low}) / (double{data.feature_high} - from);
  data = mapped(std::move(data), [=](std::span<const float> old, std::span<float> made) {
    std::transform(old.begin(), old.end(), made.begin(), [=](float feature) {
      return std::clamp(static_cast<float>(double{low} + (double{feature} - from) * scale), low, high);
    });
  });
  data.feature_low = low;
  data.feature_high = high;
  return data;
}

}  // namespace tacit::datasets
