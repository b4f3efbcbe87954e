#include "attacks/malicious/fishing_cutoffs.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tacit::attacks {
namespace {

/// A sigmoid of finite gain lets a little of every example through.
bool is_settled(double examples) {
  return std::abs(examples) < 1e-2 || std::abs(examples - 1) < 1e-2;
}

}  // namespace

std::optional<double> next_fishing_cutoff(std::span<const FishingAnswer> answers, const FishingRange& range) {
  std::vector<FishingAnswer> sorted(answers.begin(), answers.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.cutoff > b.cutoff; });
  if (sorted.empty()) return range.low;
  FishingAnswer above{range.high, 0};
  for (const FishingAnswer& below : sorted) {
    if (!is_settled(below.above - above.above) && above.cutoff - below.cutoff > range.resolution)
      return below.cutoff + 0.5 * (above.cutoff - below.cutoff);
    above = below;
  }
  return {};
}

}  // namespace tacit::attacks
