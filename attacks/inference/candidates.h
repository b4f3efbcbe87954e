#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tacit::attacks {

/// Examples about which somebody asks whether training used them. They come from whoever asks; which of them training
/// did use is no part of them (promise P3).
struct Candidates {
  std::vector<float> inputs;         ///< [size, input_size] of the model
  std::vector<std::int32_t> labels;  ///< [size]

  std::size_t size() const noexcept { return labels.size(); }
};

}  // namespace tacit::attacks
