#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.h"
#include "datasets/dataset.h"
#include "datasets/sources.h"
#include "datasets/stratified_split.h"
#include "datasets/transforms/keep_classes.h"
#include "datasets/transforms/min_max.h"
#include "datasets/transforms/resize_images.h"
#include "datasets/transforms/scale_range.h"

namespace tacit::datasets {

namespace {

constexpr double default_test_fraction = 0.2;

/// Everything a [data] section says beyond its source, read and checked before the work starts.
struct Wishes {
  std::vector<std::int64_t> classes;    ///< empty: all
  std::optional<double> test_fraction;  ///< absent: the source's own test part, or the default
  std::vector<std::int64_t> resize;     ///< empty or height, width
  std::vector<double> range;            ///< empty or low, high
  bool angles = false;
};

Wishes read_wishes(ConfigTable& section) {
  Wishes wishes;
  wishes.classes = section.integers("classes", {0, 1'000'000}, std::vector<std::int64_t>{});
  if (section.has("test_fraction")) wishes.test_fraction = section.number("test_fraction", {0.0, 0.9});
  wishes.resize = section.integers("resize", {1, 65536}, std::vector<std::int64_t>{});
  if (section.has("resize") && wishes.resize.size() != 2)
    section.refuse("resize", "expected two numbers, height and width");
  wishes.range = section.numbers("range", {-1e6, 1e6}, std::vector<double>{});
  if (section.has("range") && (wishes.range.size() != 2 || !(wishes.range[0] < wishes.range[1])))
    section.refuse("range", "expected two numbers, the lower bound and a larger upper bound");
  wishes.angles = section.boolean("angles", false);
  return wishes;
}

/// Runs a transform and gives what it refuses the place of the key that asked for it.
template <class Transform>
auto blame(const ConfigTable& section, const char* key, Transform&& transform) {
  try {
    return transform();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage && error.kind() != ErrorKind::data) throw;
    section.refuse(key, error.what());
  }
}

Dataset joined(Dataset first, const Dataset& second) {
  first.features.insert(first.features.end(), second.features.begin(), second.features.end());
  first.labels.insert(first.labels.end(), second.labels.begin(), second.labels.end());
  first.groups.insert(first.groups.end(), second.groups.begin(), second.groups.end());
  return first;
}

TrainTest divide(SourceData source, const Wishes& wishes, std::uint64_t seed) {
  if (source.test.size() > 0 && !wishes.test_fraction) return {std::move(source.examples), std::move(source.test)};
  const Dataset all =
      source.test.size() > 0 ? joined(std::move(source.examples), source.test) : std::move(source.examples);
  const SplitIndices split = stratified_split(all, wishes.test_fraction.value_or(default_test_fraction), seed);
  return {all.subset(split.train), all.subset(split.test)};
}

template <class Transform>
void on_both(TrainTest& parts, const Transform& transform) {
  parts.train = transform(std::move(parts.train));
  parts.test = transform(std::move(parts.test));
}

}  // namespace

TrainTest load(ConfigTable section, std::uint64_t seed) {
  const Wishes wishes = read_wishes(section);
  SourceData source = read_source(section);
  section.finish();

  if (!wishes.classes.empty()) {
    const bool has_test = source.test.size() > 0;
    source.examples = blame(section, "classes", [&] { return keep_classes(source.examples, wishes.classes); });
    if (has_test) source.test = blame(section, "classes", [&] { return keep_classes(source.test, wishes.classes); });
  }
  const bool tabular = source.tabular;
  if (tabular && !wishes.resize.empty())
    section.refuse("resize", "only images can be resized, and this source is a table");

  TrainTest parts = divide(std::move(source), wishes, seed);
  if (tabular) {
    const MinMaxScaler scaler(parts.train);
    on_both(parts, [&](Dataset data) { return scaler.apply(std::move(data)); });
  }
  if (!wishes.resize.empty())
    on_both(parts, [&](const Dataset& data) {
      return blame(section, "resize", [&] {
        return resize_images(data, static_cast<std::size_t>(wishes.resize[0]),
                             static_cast<std::size_t>(wishes.resize[1]));
      });
    });
  if (!wishes.range.empty())
    on_both(parts, [&](Dataset data) {
      return blame(section, "range", [&] {
        return scale_range(std::move(data), static_cast<float>(wishes.range[0]), static_cast<float>(wishes.range[1]));
      });
    });
  parts.train.is_angle = parts.test.is_angle = wishes.angles;
  return parts;
}

}  // namespace tacit::datasets
