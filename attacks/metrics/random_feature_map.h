#pragma once

#include <span>
#include <vector>

#include "attacks/features.h"
#include "core/parameters.h"

namespace tacit::attacks {

/// A fixed random description of examples that no training and no data went into: a space in which to compare them that
/// forgives what pixels do not, such as a small shift. Images: 16 random 5 x 5 filters over all channels (smaller ones
/// for smaller images) without a constant part, magnitudes averaged over a 4 x 4 grid. Other examples: 256 random
/// half-spaces, max(0, w x + b). The numbers come from one fixed seed, so that values compare across runs.
class RandomFeatureMap {
 public:
  explicit RandomFeatureMap(Features features);

  std::size_t size() const noexcept { return size_; }
  /// `example` [features.size()], finite. May be called from several threads.
  std::vector<double> of(std::span<const double> example) const;

 private:
  std::vector<double> of_image(std::span<const double> example) const;
  std::vector<double> of_numbers(std::span<const double> example) const;

  Features features_;
  std::optional<ImageShape> image_;
  std::size_t kernel_ = 0;
  std::size_t size_ = 0;
  std::vector<double> weights_, biases_;
};

}  // namespace tacit::attacks
