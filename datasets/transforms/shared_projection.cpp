#include "datasets/transforms/shared_projection.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/npy.h"
#include "datasets/mapped_examples.h"
#include "datasets/readers/regular_file.h"

namespace tacit::datasets {

namespace {

/// Divides out the deviations; those of constant features become 0, not infinite.
std::vector<double> standardise(Moments& moments) {
  const std::size_t width = moments.mean.size();
  std::vector<double> scale(width);
  for (std::size_t i = 0; i < width; ++i) {
    const double variance = moments.scatter[i * width + i] / static_cast<double>(moments.examples);
    scale[i] = variance > 0 ? 1 / std::sqrt(variance) : 0;
  }
  for (std::size_t i = 0; i < width; ++i)
    for (std::size_t j = 0; j < width; ++j) moments.scatter[i * width + j] *= scale[i] * scale[j];
  return scale;
}

/// w^T scatter w / examples.
double variance_along(const Moments& moments, const double* weights) {
  const std::size_t width = moments.mean.size();
  double sum = 0;
  for (std::size_t i = 0; i < width; ++i)
    for (std::size_t j = 0; j < width; ++j) sum += weights[i] * moments.scatter[i * width + j] * weights[j];
  return sum / static_cast<double>(moments.examples);
}

std::vector<double> values_of(std::map<std::string, NpyArray>& arrays, const std::string& name, std::size_t rank,
                              const std::string& place) {
  const auto found = arrays.find(name);
  if (found == arrays.end() || found->second.shape.size() != rank || found->second.values.empty())
    fail(ErrorKind::data, "{}: has no array '{}' of {} dimensions; is it a file of a projection?", place, name, rank);
  for (std::size_t i = 0; i < found->second.values.size(); ++i)
    if (!std::isfinite(found->second.values[i]))
      fail(ErrorKind::data, "{}:{}: element {} is {}, expected a finite number", place, name, i,
           found->second.values[i]);
  return std::move(found->second.values);
}

}  // namespace

Dataset SharedProjection::apply(Dataset data) const {
  Dataset result = projection.project(std::move(data));
  result = mapped(std::move(result), [lows = low, highs = high](std::span<const float> old, std::span<float> made) {
    for (std::size_t k = 0; k < old.size(); ++k)
      made[k] = std::clamp(static_cast<float>((double{old[k]} - lows[k]) / (highs[k] - lows[k])), 0.0f, 1.0f);
  });
  result.feature_low = 0;
  result.feature_high = 1;
  return result;
}

SharedProjection shared_components(const Moments& moments, std::size_t components, bool standardised) {
  Moments scaled = moments;
  const std::size_t width = moments.mean.size();
  const std::vector<double> scale = standardised ? standardise(scaled) : std::vector<double>(width, 1.0);
  SharedProjection shared{principal_components(scaled, components), {}, {}};
  for (std::size_t k = 0; k < components; ++k) {
    double* weights = shared.projection.weights.data() + k * width;
    const double deviation = std::sqrt(std::max(variance_along(scaled, weights), 0.0));
    if (!(deviation > 0)) fail(ErrorKind::usage, "component {} of {} has no variance", k + 1, components);
    shared.low.push_back(-3 * deviation);
    shared.high.push_back(3 * deviation);
    for (std::size_t i = 0; i < width; ++i) weights[i] *= scale[i];
  }
  return shared;
}

void write_projection(const std::filesystem::path& file, const SharedProjection& shared) {
  const auto width = static_cast<std::int64_t>(shared.projection.mean.size());
  const auto count = static_cast<std::int64_t>(shared.projection.components());
  const std::vector<NamedArray> arrays = {
      {.name = "mean", .shape = {width}, .wide = shared.projection.mean},
      {.name = "weights", .shape = {count, width}, .wide = shared.projection.weights},
      {.name = "low", .shape = {count}, .wide = shared.low},
      {.name = "high", .shape = {count}, .wide = shared.high}};
  write_npz(file, arrays);
}

SharedProjection read_projection(const std::filesystem::path& file) {
  const std::string place = file.string();
  require_regular_file(file);
  auto arrays = read_npz(file);
  SharedProjection shared;
  shared.projection.mean = values_of(arrays, "mean", 1, place);
  shared.projection.weights = values_of(arrays, "weights", 2, place);
  shared.low = values_of(arrays, "low", 1, place);
  shared.high = values_of(arrays, "high", 1, place);
  const std::size_t width = shared.projection.mean.size(), count = shared.low.size();
  if (arrays.at("weights").shape != Shape{static_cast<std::int64_t>(count), static_cast<std::int64_t>(width)} ||
      shared.high.size() != count)
    fail(ErrorKind::data, "{}: weights have shape {}, expected [{}, {}] by low and mean, and high as many as low",
         place, to_string(arrays.at("weights").shape), count, width);
  for (std::size_t k = 0; k < count; ++k)
    if (!(shared.low[k] < shared.high[k]))
      fail(ErrorKind::data, "{}: component {} is mapped from [{}, {}], expected ascending", place, k, shared.low[k],
           shared.high[k]);
  return shared;
}

}  // namespace tacit::datasets
