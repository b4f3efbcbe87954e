#include "datasets/partitioners/iid.h"

#include <algorithm>
#include <numeric>

#include "core/random.h"

namespace tacit::datasets {

std::vector<std::vector<std::size_t>> partition_iid(const Dataset& data, std::size_t clients, std::uint64_t seed) {
  std::vector<std::size_t> order(data.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  RandomStream({seed, Purpose::partition, 0, 0}).shuffle(std::span(order));

  std::vector<std::vector<std::size_t>> parts(clients);
  auto next = order.begin();
  for (std::size_t client = 0; client < clients; ++client) {
    const std::size_t size = data.size() / clients + (client < data.size() % clients ? 1 : 0);
    const auto end = next + static_cast<std::ptrdiff_t>(size);
    parts[client].assign(next, end);
    std::sort(parts[client].begin(), parts[client].end());
    next = end;
  }
  return parts;
}

}  // namespace tacit::datasets
