#pragma once

#include <cstdint>
#include <span>

namespace tacit::quantum_sim {

// Tables of a call's values, a vector at a time: for small circuits they take as long as the state.

/// Widens `from` into `to`, of the same size. False if any is not finite.
bool widen(std::span<const float> from, std::span<double> to) noexcept;
bool widen(std::span<const double> from, std::span<double> to) noexcept;

/// result[i] = offsets[i] + scales[i] * values[places[i]], all but values of one size. False if any is not finite.
bool combine(std::span<const double> offsets, std::span<const double> scales, std::span<const std::uint32_t> places,
             std::span<const double> values, std::span<double> result) noexcept;

bool all_finite(std::span<const double> values) noexcept;

}  // namespace tacit::quantum_sim
