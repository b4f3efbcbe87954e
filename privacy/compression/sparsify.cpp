#include "privacy/compression/sparsify.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.h"

namespace tacit::privacy {

std::size_t kept_of(std::size_t count, double share) {
  if (!(share > 0 && share <= 1)) fail(ErrorKind::usage, "sparsify: share {} is not above 0 and at most 1", share);
  // A product that should be whole but came out a rounding error higher must not keep one more.
  const double exact = share * static_cast<double>(count), nearest = std::round(exact);
  const double kept = std::abs(exact - nearest) <= 1e-9 * nearest ? nearest : std::ceil(exact);
  return std::min(count, std::max<std::size_t>(static_cast<std::size_t>(kept), count > 0 ? 1 : 0));
}

void keep_largest(std::span<float> values, double share) {
  const std::size_t kept = kept_of(values.size(), share);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      fail(ErrorKind::data, "value {} is {}: only finite numbers can be compared", i, values[i]);
  if (kept == values.size()) return;
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto before = [values](std::size_t a, std::size_t b) {
    const float x = std::fabs(values[a]), y = std::fabs(values[b]);
    return x != y ? x > y : a < b;
  };
  const auto first_dropped = order.begin() + static_cast<std::ptrdiff_t>(kept);
  std::nth_element(order.begin(), first_dropped, order.end(), before);
  std::for_each(first_dropped, order.end(), [values](std::size_t i) { values[i] = 0; });
}

}  // namespace tacit::privacy
