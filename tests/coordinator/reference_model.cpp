#include <cmath>

#include "coordinator/run_rig.h"

namespace tacit::coordinator::testing_rig {
namespace {

__extension__ using Integer = __int128;

/// n * u on the grid of 2^-64; both factors and the product are exact in double, and every float of magnitude at least
/// 2^-40 lies on the grid.
Integer on_grid(double product) {
  int exponent = 0;
  const double mantissa = std::frexp(product, &exponent);
  const Integer whole = static_cast<Integer>(std::ldexp(mantissa, 53));
  const int shift = exponent - 53 + 64;
  return shift >= 0 ? whole << shift : whole / (Integer{1} << -shift);
}

}  // namespace

Parameters reference_model(const std::vector<std::string>& clients, std::uint32_t rounds) {
  Parameters model = initial_model();
  for (std::uint32_t round = 1; round <= rounds; ++round) {
    std::vector<Integer> sum(model.size());
    std::uint64_t examples = 0;
    for (const std::string& client : clients) {
      const auto update = update_of(model, client, round);
      for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] += on_grid(static_cast<double>(update[i]) * static_cast<double>(examples_of(client)));
      examples += examples_of(client);
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const long double total = std::ldexp(static_cast<long double>(sum[i]), -64);
      const float mean = static_cast<float>(total / static_cast<long double>(examples));
      model.values()[i] = static_cast<float>(static_cast<double>(model.values()[i]) + static_cast<double>(mean));
    }
  }
  return model;
}

}  // namespace tacit::coordinator::testing_rig
