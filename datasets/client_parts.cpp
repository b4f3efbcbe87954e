#include "datasets/client_parts.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "core/random.h"

namespace tacit::datasets {

namespace {

constexpr std::uint32_t client_stream = 16;  // of Purpose::data_split; smaller ones divide the whole data set

/// How many of `count` examples a held-out part takes, if `left` can still be taken from training.
std::size_t share(double fraction, std::size_t count, std::size_t left) {
  if (fraction == 0) return 0;
  const auto wanted = static_cast<std::size_t>(std::floor(fraction * static_cast<double>(count) + 0.5));
  return std::min(std::max<std::size_t>(wanted, 1), left);
}

Dataset in_order(const Dataset& own, std::vector<std::size_t> indices) {
  std::sort(indices.begin(), indices.end());
  return own.subset(indices);
}

}  // namespace

ClientParts divide_client(Dataset own, const ClientFractions& fractions, std::uint64_t seed, std::size_t client) {
  if (!(fractions.validation >= 0 && fractions.test >= 0 && fractions.validation + fractions.test < 1))
    fail(ErrorKind::usage,
         "a client's validation and test fractions are {} and {}, expected at least 0 and a sum below 1",
         fractions.validation, fractions.test);
  if (own.size() == 0 || (fractions.validation == 0 && fractions.test == 0)) {
    const Dataset nothing = own.subset({});
    return {std::move(own), nothing, nothing};
  }
  std::vector<std::size_t> order(own.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  RandomStream({seed, Purpose::data_split, client_stream, static_cast<std::uint32_t>(client)})
      .shuffle(std::span(order));
  const std::size_t test = share(fractions.test, own.size(), own.size() - 1);
  const std::size_t validation = share(fractions.validation, own.size(), own.size() - 1 - test);
  const auto test_end = order.begin() + static_cast<std::ptrdiff_t>(test);
  const auto validation_end = test_end + static_cast<std::ptrdiff_t>(validation);
  return {in_order(own, {validation_end, order.end()}), in_order(own, {test_end, validation_end}),
          in_order(own, {order.begin(), test_end})};
}

}  // namespace tacit::datasets
