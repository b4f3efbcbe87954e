#pragma once

#include <cstddef>

namespace tacit {

/// What is asked of an example: which of `classes` labels it has, or `targets` real numbers. One of the two is zero.
struct LearningTask {
  std::size_t classes = 0;
  std::size_t targets = 0;

  static LearningTask classification(std::size_t classes) noexcept { return {classes, 0}; }
  static LearningTask regression(std::size_t targets) noexcept { return {0, targets}; }
  bool is_regression() const noexcept { return targets > 0; }
  bool operator==(const LearningTask&) const = default;
};

}  // namespace tacit
