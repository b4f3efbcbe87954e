#include "datasets/partitioners/dirichlet.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "datasets/indices_by_class.h"

namespace tacit::datasets {

namespace {

/// Logarithm of a Gamma(shape, 1) variate (Marsaglia and Tsang 2000). For shape < 1 it is that of Gamma(shape + 1)
/// times U^(1/shape), which underflows as a plain number but not as a logarithm.
double log_gamma_variate(RandomStream& stream, double shape) {
  if (shape < 1) {
    const double boosted = log_gamma_variate(stream, shape + 1);
    return boosted + std::log(1.0 - stream.uniform()) / shape;
  }
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = stream.normal(), root = 1.0 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(1.0 - stream.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return std::log(d * v);
  }
}

std::vector<double> dirichlet_shares(RandomStream& stream, std::size_t clients, double alpha) {
  std::vector<double> shares(clients);
  for (double& share : shares) share = log_gamma_variate(stream, alpha);
  const double largest = *std::max_element(shares.begin(), shares.end());
  double sum = 0;
  for (double& share : shares) sum += share = std::exp(share - largest);
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace

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
