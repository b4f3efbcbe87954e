#include <algorithm>
#include <numeric>

#include "core/config.h"

namespace tacit {
namespace {

/// Levenshtein's distance: the least number of insertions, deletions and replacements that turn one word into the
/// other.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    // A typing error spoils about one letter in three, and two letters (a swap) even in a short word; further away,
    // the suggestion would be noise.
    const std::size_t longest = std::max(word.size(), candidate.size());
    const std::size_t allowed = longest <= 2 ? 1 : std::max<std::size_t>(2, longest / 3);
    const std::size_t shortest = std::min(word.size(), candidate.size());
    if (longest - shortest > allowed) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance > allowed || distance >= longest) continue;
    if (best.empty() || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace tacit
