#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.h"
#include "core/memory.h"
#include "datasets/dataset.h"
#include "datasets/mapped_examples.h"
#include "datasets/sources.h"
#include "datasets/stratified_split.h"
#include "datasets/transforms/frame_images.h"
#include "datasets/transforms/image_shape.h"
#include "datasets/transforms/keep_classes.h"
#include "datasets/transforms/min_max.h"
#include "datasets/transforms/projection.h"
#include "datasets/transforms/resize_images.h"
#include "datasets/transforms/scale_range.h"
#include "datasets/transforms/shared_projection.h"
#include "datasets/transforms/standardise.h"
#include "datasets/transforms/standardise_targets.h"

namespace tacit::datasets {

namespace {

constexpr double default_test_fraction = 0.2;

/// Everything a [data] section says beyond its source, read and checked before the work starts.
struct Wishes {
  std::vector<std::int64_t> classes;    ///< empty: all
  std::optional<double> test_fraction;  ///< absent: the source's own test part, or the default
  double validation_fraction = 0;
  std::string scaling;  ///< of a table; empty: min_max
  std::int64_t pad = 0;
  std::vector<std::int64_t> crop, resize;      ///< empty or height, width
  std::string flip;                            ///< empty: none
  std::size_t pca = 0, random_projection = 0;  ///< components; 0: none
  std::string projection;                      ///< file of a projection that parties share; empty: none
  std::vector<double> range;                   ///< empty or low, high
  bool angles = false;
  bool standardises_targets = false;
  bool keeps_columns = false;  ///< of a table, whatever `scaling` says
};

Wishes read_wishes(ConfigTable& section) {
  Wishes wishes;
  wishes.classes = section.integers("classes", {0, 1'000'000}, std::vector<std::int64_t>{});
  if (section.has("test_fraction")) wishes.test_fraction = section.number("test_fraction", {0.0, 0.9});
  wishes.validation_fraction = section.number("validation_fraction", {0.0, 0.9}, 0.0);
  if (section.has("scaling")) wishes.scaling = section.choice("scaling", {"min_max", "standardise", "none"});
  wishes.pad = section.integer("pad", {0, 1024}, 0);
  for (const auto& [key, size] : {std::pair("crop", &wishes.crop), std::pair("resize", &wishes.resize)}) {
    *size = section.integers(key, {1, 65536}, std::vector<std::int64_t>{});
    if (section.has(key) && size->size() != 2) section.refuse(key, "expected two numbers, height and width");
  }
  if (section.has("flip")) wishes.flip = section.choice("flip", {"horizontal", "vertical"});
  for (const auto& [key, components] :
       {std::pair("pca", &wishes.pca), std::pair("random_projection", &wishes.random_projection)})
    *components = static_cast<std::size_t>(section.integer(key, {0, 1'000'000}, 0));
  if (wishes.pca > 0 && wishes.random_projection > 0)
    section.refuse("random_projection", "cannot be had together with pca");
  wishes.projection = section.string("projection", std::string());
  if (!wishes.projection.empty() && (wishes.pca > 0 || wishes.random_projection > 0))
    section.refuse("projection", "cannot be had together with pca or random_projection");
  if (!wishes.projection.empty() && !wishes.scaling.empty() && wishes.scaling != "none")
    section.refuse("scaling", "a shared projection takes the columns as they are, not as the examples here scale them");
  wishes.range = section.numbers("range", {-1e6, 1e6}, std::vector<double>{});
  if (section.has("range") && (wishes.range.size() != 2 || !(wishes.range[0] < wishes.range[1])))
    section.refuse("range", "expected two numbers, the lower bound and a larger upper bound");
  wishes.angles = section.boolean("angles", false);
  wishes.standardises_targets = section.choice("target_scaling", {"none", "standardise"}, "none") == "standardise";
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

/// Refuses what a key asks for if it does not fit into memory, before anything is allocated.
void require_room(const ConfigTable& section, const char* key, double numbers, const std::string& what) {
  if (const std::string objection = memory_objection(numbers * sizeof(float), what); !objection.empty())
    section.refuse(key, objection);
}

Dataset joined(Dataset first, const Dataset& second) {
  if (first.is_streamed()) {
    const std::uint64_t before = first.file->size();
    for (const std::uint64_t record : second.records) first.records.push_back(before + record);
    first.file = std::make_shared<const JoinedExamples>(first.file, second.file);
  }
  first.features.insert(first.features.end(), second.features.begin(), second.features.end());
  first.labels.insert(first.labels.end(), second.labels.begin(), second.labels.end());
  first.targets.insert(first.targets.end(), second.targets.begin(), second.targets.end());
  first.groups.insert(first.groups.end(), second.groups.begin(), second.groups.end());
  return first;
}

/// Training and test part, before anything is held out for validation.
TrainTest divide_once(SourceData source, const Wishes& wishes, std::uint64_t seed) {
  if (source.test.size() > 0 && !wishes.test_fraction) return {std::move(source.examples), std::move(source.test), {}};
  Dataset all = source.test.size() > 0 ? joined(std::move(source.examples), source.test) : std::move(source.examples);
  const SplitIndices split = stratified_split(all, wishes.test_fraction.value_or(default_test_fraction), seed);
  Dataset test = all.subset(split.test);
  all.keep(split.train);
  return {std::move(all), std::move(test), {}};
}

/// The test part is the same with and without a validation part: settings chosen with one are tested as without.
TrainTest divide(SourceData source, const Wishes& wishes, std::uint64_t seed) {
  constexpr std::uint32_t validation_stream = 2;  // 0 chose the test part, 1 is that of random projections
  TrainTest parts = divide_once(std::move(source), wishes, seed);
  const SplitIndices split = stratified_split(parts.train, wishes.validation_fraction, seed, validation_stream);
  parts.validation = parts.train.subset(split.test);
  parts.train.keep(split.train);
  return parts;
}

template <class Transform>
void on_all(TrainTest& parts, const Transform& transform) {
  parts.train = transform(std::move(parts.train));
  parts.test = transform(std::move(parts.test));
  parts.validation = transform(std::move(parts.validation));
}

void refuse_image_keys(const ConfigTable& section, const Wishes& wishes, bool tabular) {
  if (!tabular && !wishes.scaling.empty())
    section.refuse("scaling", "only the columns of a table are scaled, and this source is images");
  if (!tabular) return;
  const std::pair<const char*, bool> keys[] = {{"pad", wishes.pad > 0},
                                               {"crop", !wishes.crop.empty()},
                                               {"resize", !wishes.resize.empty()},
                                               {"flip", !wishes.flip.empty()}};
  for (const auto& [key, is_given] : keys)
    if (is_given) section.refuse(key, "only images can be changed so, and this source is a table");
}

/// By what the training part holds.
void scale_columns(TrainTest& parts, const Wishes& wishes) {
  const std::string& scaling = wishes.scaling;
  if (scaling == "none" || wishes.keeps_columns || !wishes.projection.empty()) return;
  if (scaling == "standardise") {
    const Standardiser scaler(parts.train);
    on_all(parts, [&](Dataset data) { return scaler.apply(std::move(data)); });
  } else {
    const MinMaxScaler scaler(parts.train);
    on_all(parts, [&](Dataset data) { return scaler.apply(std::move(data)); });
  }
}

/// Padded, cropped, resized, flipped, in this order.
void frame(const ConfigTable& section, const Wishes& wishes, TrainTest& parts) {
  const auto extent = [](std::int64_t value) { return static_cast<std::size_t>(value); };
  const auto change = [&](const char* key, bool is_wanted, auto transform) {
    if (is_wanted)
      on_all(parts, [&](Dataset data) { return blame(section, key, [&] { return transform(std::move(data)); }); });
  };
  if (wishes.pad > 0 && !parts.train.is_streamed()) {
    const ImageShape from = blame(section, "pad", [&] { return image_shape(parts.train, "padded"); });
    const std::size_t margin = extent(2 * wishes.pad), height = from.height + margin, width = from.width + margin;
    const std::size_t count = parts.train.size() + parts.test.size() + parts.validation.size();
    require_room(section, "pad", static_cast<double>(count * from.channels) * static_cast<double>(height * width),
                 fmt::format("a data set of {} images {}x{}x{}", count, from.channels, height, width));
  }
  change("pad", wishes.pad > 0, [&](Dataset data) { return pad_images(std::move(data), extent(wishes.pad)); });
  change("crop", !wishes.crop.empty(),
         [&](Dataset data) { return crop_images(std::move(data), extent(wishes.crop[0]), extent(wishes.crop[1])); });
  change("resize", !wishes.resize.empty(), [&](Dataset data) {
    return resize_images(std::move(data), extent(wishes.resize[0]), extent(wishes.resize[1]));
  });
  change("flip", !wishes.flip.empty(), [&](Dataset data) {
    return flip_images(std::move(data), wishes.flip == "vertical" ? FlipAxis::vertical : FlipAxis::horizontal);
  });
}

/// Projected features have no natural bounds, so each is scaled to [0, 1] by the training part.
void project(const ConfigTable& section, const Wishes& wishes, TrainTest& parts, std::uint64_t seed) {
  if (!wishes.projection.empty()) {
    const SharedProjection shared = read_projection(wishes.projection);
    on_all(parts,
           [&](Dataset data) { return blame(section, "projection", [&] { return shared.apply(std::move(data)); }); });
    return;
  }
  if (wishes.pca == 0 && wishes.random_projection == 0) return;
  const auto width = static_cast<double>(parts.train.feature_size());
  constexpr double numbers_a_double = sizeof(double) / sizeof(float);
  // Of principal components the scatter of all and of a block, then the covariance and its eigenvectors, all in double.
  if (wishes.pca > 0)
    require_room(section, "pca", numbers_a_double * width * 4 * width,
                 fmt::format("a decomposition of {} features of {} examples", width, parts.train.size()));
  else
    require_room(section, "random_projection",
                 numbers_a_double * width * std::min(width, static_cast<double>(wishes.random_projection)),
                 fmt::format("a projection of {} features to {}", width, wishes.random_projection));
  const Projection projection = blame(section, wishes.pca > 0 ? "pca" : "random_projection", [&] {
    return wishes.pca > 0 ? principal_components(parts.train, wishes.pca)
                          : random_projection(parts.train.feature_size(), wishes.random_projection, seed);
  });
  const char* key = wishes.pca > 0 ? "pca" : "random_projection";
  on_all(parts, [&](Dataset data) { return blame(section, key, [&] { return projection.project(std::move(data)); }); });
  const MinMaxScaler scaler(parts.train);
  on_all(parts, [&](Dataset data) { return scaler.apply(std::move(data)); });
}

TrainTest load_as_wished(ConfigTable section, const Wishes& wishes, std::uint64_t seed) {
  SourceData source = read_source(section);
  section.finish();

  if (!wishes.classes.empty()) {
    const bool has_test = source.test.size() > 0;
    source.examples = blame(section, "classes", [&] { return keep_classes(source.examples, wishes.classes); });
    if (has_test) source.test = blame(section, "classes", [&] { return keep_classes(source.test, wishes.classes); });
  }
  const bool tabular = source.tabular;
  refuse_image_keys(section, wishes, tabular);
  if (section.has("target_scaling") && !source.examples.is_regression())
    section.refuse("target_scaling", "only real-valued targets are scaled, and this source has labels");

  TrainTest parts = divide(std::move(source), wishes, seed);
  if (tabular) scale_columns(parts, wishes);
  if (wishes.standardises_targets) {
    const TargetStandardiser scaler(parts.train);
    on_all(parts, [&](Dataset data) { return scaler.apply(std::move(data)); });
  }
  frame(section, wishes, parts);
  project(section, wishes, parts, seed);
  if (!wishes.range.empty())
    on_all(parts, [&](Dataset data) {
      return blame(section, "range", [&] {
        return scale_range(std::move(data), static_cast<float>(wishes.range[0]), static_cast<float>(wishes.range[1]));
      });
    });
  parts.train.is_angle = parts.test.is_angle = parts.validation.is_angle = wishes.angles;
  return parts;
}

}  // namespace

TrainTest load(ConfigTable section, std::uint64_t seed) {
  const Wishes wishes = read_wishes(section);
  return load_as_wished(section, wishes, seed);
}

TrainTest load_unscaled(ConfigTable section, std::uint64_t seed) {
  Wishes wishes = read_wishes(section);
  for (const char* key : {"pca", "random_projection", "projection", "range"})
    if (section.has(key)) section.refuse(key, "has no meaning for features that are taken as they are");
  if (!wishes.scaling.empty() && wishes.scaling != "none")
    section.refuse("scaling", "has no meaning for features that are taken as they are");
  wishes.keeps_columns = true;
  return load_as_wished(section, wishes, seed);
}

}  // namespace tacit::datasets
