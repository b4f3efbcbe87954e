#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tacit::datasets {

/// Numbers values by the part of their distribution that they lie in, so that what is done by label can be done by a
/// real number: bin b of `bins` holds the values between the b/bins and the (b+1)/bins quantile, equal values always
/// the same bin. With few distinct values some bins stay empty. Values must be finite, `bins` at least 1.
std::vector<std::int32_t> quantile_bins(std::span<const float> values, std::size_t bins);

}  // namespace tacit::datasets
