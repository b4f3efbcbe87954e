#include "datasets/partitioners/iid.h"

#include "datasets/partitioners/deal.h"

namespace tacit::datasets {

std::vector<std::vector<std::size_t>> partition_iid(const Dataset& data, std::size_t clients, std::uint64_t seed) {
  std::vector<std::size_t> sizes;
  for (std::size_t client = 0; client < clients; ++client)
    sizes.push_back(data.size() / clients + (client < data.size() % clients ? 1 : 0));
  return deal(shuffled_indices(data.size(), seed), sizes);
}

}  // namespace tacit::datasets
