#include "datasets/partitioners/pathological.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "datasets/indices_by_class.h"

namespace tacit::datasets {

namespace {

/// For each class (an index into those that have examples), the clients that hold it. Every client takes the classes
/// with the fewest holders so far, ties in an order drawn for it.
std::vector<std::vector<std::size_t>> choose_holders(std::size_t classes, std::size_t clients, std::size_t each,
                                                     RandomStream& stream) {
  std::vector<std::vector<std::size_t>> holders(classes);
  std::vector<std::size_t> order(classes);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t client = 0; client < clients; ++client) {
    stream.shuffle(std::span(order));
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t one, std::size_t two) { return holders[one].size() < holders[two].size(); });
    for (std::size_t place = 0; place < each; ++place) holders[order[place]].push_back(client);
  }
  return holders;
}

}  // namespace

std::vector<std::vector<std::size_t>> partition_pathological(const Dataset& data, std::size_t clients,
                                                             std::size_t classes_per_client, std::uint64_t seed) {
  auto by_class = indices_by_class(data);
  std::erase_if(by_class, [](const std::vector<std::size_t>& indices) { return indices.empty(); });
  if (classes_per_client < 1 || classes_per_client > by_class.size())
    fail(ErrorKind::usage, "each client can hold 1 to {} classes of '{}', not {}", by_class.size(), data.name,
         classes_per_client);
  if (clients * classes_per_client < by_class.size())
    fail(ErrorKind::usage, "{} clients with {} classes each cannot hold all {} classes of '{}'", clients,
         classes_per_client, by_class.size(), data.name);

  RandomStream stream({seed, Purpose::partition, 3, 0});
  const auto holders = choose_holders(by_class.size(), clients, classes_per_client, stream);
  std::vector<std::vector<std::size_t>> parts(clients);
  for (std::size_t label = 0; label < by_class.size(); ++label) {
    stream.shuffle(std::span(by_class[label]));
    for (std::size_t place = 0; place < by_class[label].size(); ++place)
      parts[holders[label][place % holders[label].size()]].push_back(by_class[label][place]);
  }
  for (auto& part : parts) std::sort(part.begin(), part.end());
  return parts;
}

}  // namespace tacit::datasets
