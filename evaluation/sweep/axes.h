#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/config.h"

namespace tacit::evaluation {

/// One point on an axis: what it is called, and the values that it sets, by dotted keys.
struct AxisValue {
  std::string label;
  std::vector<std::pair<std::string, ConfigValue>> assignments;
};

/// What a sweep varies.
struct Axis {
  std::string name;
  std::vector<AxisValue> values;

  /// Every point says which attack is run: then the points are named as attacks, and need no column of their own.
  bool chooses_attack() const;
};

/// The [axes] section, in the order of the file. Two forms:
///
///   [axes]
///   "training.batch_size" = [1, 4, 16]           # a key of the file, and its values
///
///   [[axes.defence]]                             # or named points, each of which sets any keys
///   name = "clip to 1"
///   update.clip_norm = 1.0
///
/// Throws Error(configuration) naming file, line and key of an axis that is empty or is no array, of a point without
/// a name or with that of another, and of two axes that set the same key.
std::vector<Axis> axes_from(const ConfigValue& section);

}  // namespace tacit::evaluation
