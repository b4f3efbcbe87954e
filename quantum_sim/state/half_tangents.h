#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tacit::quantum_sim {

/// exp(-i a P / 2) = cos(a/2) (1 + tan(a/2) (-i P)) with a tangent of at most one: of a if that is so, of a - pi
/// otherwise, which leaves a factor -i P over.
struct HalfTangents {
  std::span<double> tangents;
  std::span<double> growths;        ///< 1 / |cos|
  std::span<std::uint64_t> splits;  ///< all bits if a factor is left over, else none
};

/// From halves of angles; all of one size. True if a factor is left over anywhere.
bool half_tangents(std::span<const double> halves, const HalfTangents& result) noexcept;

/// result = signs * tangents, rounded; all of one size.
void sign_tangents(std::span<const double> tangents, std::span<const double> signs, std::span<float> result) noexcept;
void sign_tangents(std::span<const double> tangents, std::span<const double> signs, std::span<double> result) noexcept;

}  // namespace tacit::quantum_sim
