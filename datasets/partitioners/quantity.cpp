#include "datasets/partitioners/quantity.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "datasets/partitioners/deal.h"
#include "datasets/partitioners/variates.h"

namespace tacit::datasets {

namespace {

/// Weights given by their logarithms, scaled to sum one. The largest becomes exp(0), so nothing overflows.
std::vector<double> normalised(std::vector<double> logarithms) {
  const double largest = *std::max_element(logarithms.begin(), logarithms.end());
  double sum = 0;
  for (double& weight : logarithms) sum += weight = std::exp(weight - largest);
  for (double& weight : logarithms) weight /= sum;
  return logarithms;
}

std::vector<double> shares_of(const QuantitySkew& skew, std::size_t clients, std::uint64_t seed) {
  RandomStream stream({seed, Purpose::partition, 2, static_cast<std::uint32_t>(skew.law)});
  if (skew.law == QuantitySkew::Law::dirichlet) return dirichlet_shares(stream, clients, skew.parameter);
  std::vector<double> logarithms;
  for (std::size_t client = 0; client < clients; ++client)
    logarithms.push_back(skew.law == QuantitySkew::Law::log_normal
                             ? skew.parameter * stream.normal()
                             : -skew.parameter * std::log(static_cast<double>(client + 1)));
  if (skew.law == QuantitySkew::Law::power_law) stream.shuffle(std::span(logarithms));
  return normalised(std::move(logarithms));
}

}  // namespace

std::vector<std::vector<std::size_t>> partition_by_quantity(const Dataset& data, std::size_t clients,
                                                            const QuantitySkew& skew, std::uint64_t seed) {
  return deal(shuffled_indices(data.size(), seed), largest_remainder(data.size(), shares_of(skew, clients, seed)));
}

}  // namespace tacit::datasets
