#include "datasets/partitioners/dirichlet.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "datasets/indices_by_class.h"
#include "datasets/partitioners/variates.h"

namespace tacit::datasets {

std::vector<std::vector<std::size_t>> partition_dirichlet(const Dataset& data, std::size_t clients, double alpha,
                                                          std::uint64_t seed) {
  std::vector<std::vector<std::size_t>> parts(clients);
  auto by_class = indices_by_class(data);
  for (std::size_t label = 0; label < by_class.size(); ++label) {
    std::vector<std::size_t>& indices = by_class[label];
    RandomStream stream({seed, Purpose::partition, 1, static_cast<std::uint32_t>(label)});
    stream.shuffle(std::span(indices));
    const std::vector<double> shares = dirichlet_shares(stream, clients, alpha);
    double reached = 0;
    std::size_t begin = 0;
    for (std::size_t client = 0; client < clients; ++client) {
      reached += shares[client];
      const auto rounded = static_cast<std::size_t>(std::floor(reached * static_cast<double>(indices.size()) + 0.5));
      // The last client takes what rounding left over, so that nothing is lost.
      const std::size_t end = client + 1 == clients ? indices.size() : std::clamp(rounded, begin, indices.size());
      parts[client].insert(parts[client].end(), indices.begin() + static_cast<std::ptrdiff_t>(begin),
                           indices.begin() + static_cast<std::ptrdiff_t>(end));
      begin = end;
    }
  }
  for (auto& part : parts) std::sort(part.begin(), part.end());
  return parts;
}

}  // namespace tacit::datasets
