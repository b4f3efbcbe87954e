#include "datasets/partitioners/variates.h"

#include <algorithm>
#include <cmath>

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

}  // namespace

std::vector<double> dirichlet_shares(RandomStream& stream, std::size_t clients, double alpha) {
  std::vector<double> shares(clients);
  for (double& share : shares) share = log_gamma_variate(stream, alpha);
  const double largest = *std::max_element(shares.begin(), shares.end());
  double sum = 0;
  for (double& share : shares) sum += share = std::exp(share - largest);
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace tacit::datasets
