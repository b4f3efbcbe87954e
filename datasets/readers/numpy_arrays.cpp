#include "datasets/readers/numpy_arrays.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "core/npy.h"
#include "datasets/readers/compressed_file.h"

namespace tacit::datasets {

namespace {

struct Placed {
  NpyArray array;
  std::string place;
};

Placed from_archive(std::map<std::string, NpyArray>& arrays, const NumpyArrays& where, const std::string& name) {
  const auto found = arrays.find(name);
  if (found == arrays.end()) {
    std::string names;
    for (const auto& [other, array] : arrays) names += (names.empty() ? "'" : ", '") + other + "'";
    fail(ErrorKind::data, "{}: has no array '{}', only {}", where.file.string(), name, names.empty() ? "none" : names);
  }
  return {std::move(found->second), where.file.string() + ":" + name};
}

Placed from_file(const std::filesystem::path& file) {
  return {parse_npy(read_maybe_compressed(file), file.string()), file.string()};
}

void add_features(const Placed& source, Dataset& data) {
  const bool is_pixels = source.array.type.ends_with("u1");
  data.features.reserve(source.array.values.size());
  for (std::size_t i = 0; i < source.array.values.size(); ++i) {
    const double value = source.array.values[i];
    if (!(std::abs(value) <= double{std::numeric_limits<float>::max()}))
      fail(ErrorKind::data, "{}: element {} is {}, not a finite number within the range of float", source.place, i,
           value);
    data.features.push_back(is_pixels ? static_cast<float>(value) / 255.0f : static_cast<float>(value));
  }
  if (is_pixels) return;
  const auto [low, high] = std::minmax_element(data.features.begin(), data.features.end());
  data.feature_low = *low;
  data.feature_high = *high;
}

void add_labels(const Placed& source, std::size_t classes, Dataset& data) {
  constexpr double most_classes = 1'000'000;
  for (std::size_t i = 0; i < source.array.values.size(); ++i) {
    const double value = source.array.values[i], end = classes == 0 ? most_classes : static_cast<double>(classes);
    if (!(value >= 0 && value < end && value == std::floor(value)))
      fail(ErrorKind::data, "{}: label {} of example {} is no integer in 0..{}", source.place, value, i, end - 1);
    data.labels.push_back(static_cast<std::int32_t>(value));
  }
  const auto largest = static_cast<std::size_t>(*std::max_element(data.labels.begin(), data.labels.end()));
  data.classes = classes == 0 ? std::max<std::size_t>(largest + 1, 2) : classes;
}

}  // namespace

Dataset read_numpy(const NumpyArrays& where, std::size_t classes) {
  Placed features, labels;
  if (where.labels.empty()) {
    auto arrays = read_npz(where.file);
    features = from_archive(arrays, where, where.features_name);
    labels = from_archive(arrays, where, where.labels_name);
  } else {
    features = from_file(where.file);
    labels = from_file(where.labels);
  }
  const Shape& shape = features.array.shape;
  if (shape.size() < 2 || features.array.values.empty())
    fail(ErrorKind::data, "{}: features have shape {}, expected [examples, ...] and one example at least",
         features.place, to_string(shape));
  if (labels.array.shape != Shape{shape[0]})
    fail(ErrorKind::data, "{}: labels have shape {}, expected [{}] for features of shape {}", labels.place,
         to_string(labels.array.shape), shape[0], to_string(shape));

  Dataset data;
  data.name = where.file.stem().string();
  data.feature_shape.assign(shape.begin() + 1, shape.end());
  add_features(features, data);
  add_labels(labels, classes, data);
  return data;
}

}  // namespace tacit::datasets
