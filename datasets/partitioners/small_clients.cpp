#include "datasets/partitioners/small_clients.h"

#include <algorithm>

namespace tacit::datasets {

namespace {

void share_evenly(std::vector<std::size_t>& small, std::vector<std::size_t>& large) {
  std::vector<std::size_t> all;
  std::merge(small.begin(), small.end(), large.begin(), large.end(), std::back_inserter(all));
  small.clear();
  large.clear();
  for (std::size_t place = 0; place < all.size(); ++place) (place % 2 == 0 ? large : small).push_back(all[place]);
}

}  // namespace

void merge_small_clients(std::vector<std::vector<std::size_t>>& parts, std::size_t minimum) {
  const auto by_size = [](const auto& one, const auto& two) { return one.size() < two.size(); };
  while (true) {
    const auto [small, large] = std::minmax_element(parts.begin(), parts.end(), by_size);
    // Sharing lifts the smallest, so this ends; it stops helping when the two differ by one at most.
    if (small->size() >= minimum || large->size() <= small->size() + 1) return;
    share_evenly(*small, *large);
  }
}

}  // namespace tacit::datasets
