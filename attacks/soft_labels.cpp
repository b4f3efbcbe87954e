#include "attacks/soft_labels.h"

#include <algorithm>
#include <cmath>

namespace tacit::attacks {

void SoftLabels::targets(std::span<const double> logits, std::span<double> targets) const {
  for (std::size_t first = 0; first < logits.size(); first += size_) {
    const auto from = logits.subspan(first, size_);
    const auto to = targets.subspan(first, size_);
    if (size_ == 1) {
      to[0] = std::tanh(from[0]);
      continue;
    }
    const double largest = *std::max_element(from.begin(), from.end());
    double sum = 0;
    for (std::size_t c = 0; c < size_; ++c) sum += to[c] = std::exp(from[c] - largest);
    for (double& value : to) value /= sum;
  }
}

void SoftLabels::pull_back(std::span<const double> targets, std::span<const double> target_gradient,
                           std::span<double> logit_gradient) const {
  for (std::size_t first = 0; first < targets.size(); first += size_) {
    const auto y = targets.subspan(first, size_);
    const auto upstream = target_gradient.subspan(first, size_);
    const auto to = logit_gradient.subspan(first, size_);
    if (size_ == 1) {
      to[0] = (1 - y[0] * y[0]) * upstream[0];
      continue;
    }
    double mean = 0;
    for (std::size_t c = 0; c < size_; ++c) mean += y[c] * upstream[c];
    for (std::size_t c = 0; c < size_; ++c) to[c] = y[c] * (upstream[c] - mean);
  }
}

}  // namespace tacit::attacks
