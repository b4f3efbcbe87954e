#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tacit::models {

/// Which random masks a training step draws: equal keys give equal masks on every machine and thread (promise P1).
struct MaskKey {
  std::uint64_t seed = 0;
  std::uint32_t round = 0, client = 0;
  std::uint32_t step = 0;  ///< of the local training
};

/// What the layers that act differently in training and in evaluation need to know of a pass. Passes that belong
/// together, forward and backward, have the same mode.
template <class T>
struct PassMode {
  bool training = true;           ///< statistics are those of the batch; otherwise those that were kept
  std::optional<MaskKey> masks;   ///< in training: units are dropped at random; without a key, none is
  std::size_t first_example = 0;  ///< place of the batch's first example in its step: masks do not depend on the batch
  std::uint32_t layer = 0;        ///< number of the layer in its graph
  std::span<const T> statistics;  ///< what the layer keeps outside theta; empty while it is not known
};

}  // namespace tacit::models
