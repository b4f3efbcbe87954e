#include "attacks/metrics/label_accuracy.h"

#include <map>

namespace tacit::attacks {

double label_accuracy(std::span<const std::int32_t> recovered, std::span<const std::int32_t> truth) {
  if (truth.empty()) return recovered.empty() ? 1.0 : 0.0;
  std::map<std::int32_t, std::size_t> left;
  for (const std::int32_t label : truth) ++left[label];
  std::size_t hits = 0;
  for (const std::int32_t label : recovered) {
    const auto found = left.find(label);
    if (found == left.end() || found->second == 0) continue;
    --found->second;
    ++hits;
  }
  return static_cast<double>(hits) / static_cast<double>(truth.size());
}

}  // namespace tacit::attacks
