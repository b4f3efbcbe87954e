#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/learning_task.h"
#include "core/parameters.h"
#include "datasets/example_source.h"

namespace tacit::datasets {

/// Examples in memory: features row-major, as a model takes them, each with a label or, for regression, with real
/// numbers.
struct Dataset {
  std::string name;
  Shape feature_shape;          ///< of one example: [30], or [1,8,8] (channels, height, width)
  std::vector<float> features;  ///< [size, element_count(feature_shape)]; empty where they stay in a file
  /// Where features stay in a file: how they are read from there, and the record of each example.
  std::shared_ptr<const ExampleSource> file = {};
  std::vector<std::uint64_t> records = {};
  std::vector<std::int32_t> labels;  ///< [size], each in [0, classes); empty for regression
  std::size_t classes = 0;           ///< 0 for regression
  std::vector<float> targets = {};   ///< [size, target_size], finite; empty unless for regression
  std::size_t target_size = 0;       ///< real numbers asked of an example; 0 unless for regression
  /// Bounds that features keep by construction (pixel range, angle range): what an attacker may know as a prior.
  float feature_low = 0, feature_high = 1;
  bool is_angle = false;  ///< features are angles: compare them on the circle
  /// Whom each example came from, an index into group_names; empty if nobody said.
  std::vector<std::int32_t> groups;
  std::vector<std::string> group_names;
  std::vector<std::string> class_names;    ///< [classes], or empty
  std::vector<std::string> target_names;   ///< [target_size], or empty
  std::vector<std::string> feature_names;  ///< of a table, or empty

  bool is_regression() const noexcept { return target_size > 0; }
  LearningTask task() const noexcept { return {classes, target_size}; }
  std::size_t size() const noexcept { return is_regression() ? targets.size() / target_size : labels.size(); }
  std::size_t feature_size() const noexcept {
    return size() == 0 || is_streamed() ? element_count(feature_shape) : features.size() / size();
  }
  bool is_streamed() const noexcept { return file != nullptr; }
  /// Writes the features of an example, from memory or from the file.
  void copy_example(std::size_t index, std::span<float> to) const;
  /// Of features in memory.
  std::span<const float> example(std::size_t index) const {
    return std::span(features).subspan(index * feature_size(), feature_size());
  }
  /// The examples with these indices, in this order. Throws Error(usage) on an index out of range.
  Dataset subset(std::span<const std::size_t> indices) const;
  /// Leaves the examples with these indices alone, which must ascend, without a second copy of them. Throws
  /// Error(usage) on an index out of range or out of order, before anything is changed.
  void keep(std::span<const std::size_t> ascending);
};

/// What a model is trained on, and what is held out of training: for the last word, and for choosing settings.
struct TrainTest {
  Dataset train, test;
  Dataset validation;  ///< no examples unless [data] validation_fraction asks for some
};

/// Loads what a [data] section describes: source, classes kept, transforms, and a seeded, stratified split.
///
///   [data]
///   source = "digits"          # bundled: digits, breast_cancer, wine, iris, mnist10k, natural32; files of the user:
///                              # csv, idx, cifar10 (their keys: datasets/sources.h)
///   classes = [0, 1]           # keep these, renumbered 0, 1, ... in this order; default all
///   test_fraction = 0.2        # 0..0.9; default: the source's own test part if it has one (mnist10k), else 0.2
///   validation_fraction = 0.1  # 0..0.9; default 0: share of each class of the training part held out of it as well
///   scaling = "standardise"    # tables only: min_max (default), standardise, none; by the training part
///   target_scaling = "none"    # regression only: none (default), standardise: each target by the training part
///   pad = 2                    # images only, in this order: a margin of the lower bound,
///   crop = [24, 24]            # the middle height x width pixels,
///   resize = [2, 3]            # area average to height x width,
///   flip = "horizontal"        # or "vertical"
///   pca = 4                    # principal components of the training part; or random_projection = 4
///   projection = "pca.npz"     # or a projection that parties share, datasets/transforms/shared_projection.h
///   streamed = true            # idx, cifar10, numpy (.npy): features stay in the file, for data larger than memory
///   range = [0.0, 3.14159]     # scale the features from their bounds to this
///   angles = true              # features are angles
///
/// Without `range`, features lie in [0, 1]: pixels divided by their largest value, tables scaled by the minimum and
/// maximum of each feature over the training part, values of the test part beyond them clamped.
/// Throws Error(configuration) with file, line and key; Error(data) or Error(io) naming the data file.
TrainTest load(ConfigTable section, std::uint64_t seed);
/// The same with the columns of a table as they stand in the file, and nothing projected: what parties measure before
/// they agree on a projection. Refuses the keys that ask for either.
TrainTest load_unscaled(ConfigTable section, std::uint64_t seed);

}  // namespace tacit::datasets
