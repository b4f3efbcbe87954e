#include "datasets/partitioners/deal.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"

namespace tacit::datasets {

std::vector<std::size_t> shuffled_indices(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  RandomStream({seed, Purpose::partition, 0, 0}).shuffle(std::span(order));
  return order;
}

std::vector<std::vector<std::size_t>> deal(std::span<const std::size_t> items, std::span<const std::size_t> sizes) {
  std::vector<std::vector<std::size_t>> parts;
  std::size_t begin = 0;
  for (const std::size_t size : sizes) {
    const auto run = items.subspan(begin, size);
    parts.emplace_back(run.begin(), run.end());
    std::sort(parts.back().begin(), parts.back().end());
    begin += size;
  }
  return parts;
}

std::vector<std::size_t> largest_remainder(std::size_t count, std::span<const double> shares) {
  std::vector<std::size_t> sizes;
  std::vector<double> remainders;
  for (const double share : shares) {
    const double exact = share * static_cast<double>(count);
    // Shares whose sum rounding lifted above one must not hand out more than there is.
    sizes.push_back(std::min(static_cast<std::size_t>(std::max(exact, 0.0)), count));
    remainders.push_back(exact - std::floor(exact));
  }
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t one, std::size_t two) { return remainders[one] > remainders[two]; });
  const std::size_t given = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  for (std::size_t left = count - std::min(given, count), place = 0; left > 0; --left, ++place)
    ++sizes[order[place % order.size()]];
  return sizes;
}

}  // namespace tacit::datasets
