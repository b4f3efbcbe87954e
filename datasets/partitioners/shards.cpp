#include "datasets/partitioners/shards.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "datasets/indices_by_class.h"

namespace tacit::datasets {

std::vector<std::vector<std::size_t>> partition_shards(const Dataset& data, std::size_t clients,
                                                       std::size_t shards_per_client, std::uint64_t seed) {
  const std::size_t shards = clients * shards_per_client;
  if (shards_per_client < 1 || shards > data.size())
    fail(ErrorKind::usage, "{} clients with {} shards each cannot be cut from the {} examples of '{}'", clients,
         shards_per_client, data.size(), data.name);
  RandomStream stream({seed, Purpose::partition, 4, 0});
  std::vector<std::size_t> sorted;
  for (auto& indices : indices_by_class(data)) {
    stream.shuffle(std::span(indices));
    sorted.insert(sorted.end(), indices.begin(), indices.end());
  }
  std::vector<std::size_t> order(shards);
  std::iota(order.begin(), order.end(), std::size_t{0});
  stream.shuffle(std::span(order));

  std::vector<std::vector<std::size_t>> parts(clients);
  const std::size_t size = data.size() / shards, larger = data.size() % shards;
  for (std::size_t place = 0; place < shards; ++place) {
    const std::size_t shard = order[place], begin = shard * size + std::min(shard, larger);
    const auto run = std::span(sorted).subspan(begin, size + (shard < larger ? 1 : 0));
    auto& part = parts[place / shards_per_client];
    part.insert(part.end(), run.begin(), run.end());
  }
  for (auto& part : parts) std::sort(part.begin(), part.end());
  return parts;
}

}  // namespace tacit::datasets
