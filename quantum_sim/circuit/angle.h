#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tacit::quantum_sim {

/// The angle of a gate: offset + scale * f_1 * f_2, with none, one or two factors f_i = function(v) + shift of a
/// parameter theta_k (shared by a batch) or an input x_j (of one sample). One factor is the common case; a product of
/// two gives trainable frequencies (theta_k x_j) and the ZZ feature map ((pi - x_i)(pi - x_j)).
struct Angle {
  enum class Source : std::uint8_t { constant, parameter, input };
  enum class Function : std::uint8_t {
    identity,
    arccos  ///< of a value in [-1, 1]; the Chebyshev tower
  };
  struct Factor {
    Source source = Source::parameter;  ///< parameter or input
    std::uint32_t index = 0;            ///< which parameter or input
    Function function = Function::identity;
    double shift = 0;

    friend bool operator==(const Factor&, const Factor&) = default;
  };

  double offset = 0;
  double scale = 1;
  std::uint32_t factor_count = 0;
  std::array<Factor, 2> factor_array{};

  static Angle constant(double value) { return {value, 1, 0, {}}; }
  static Angle parameter(std::uint32_t index, double scale = 1, double offset = 0) {
    return {offset, scale, 1, {Factor{Source::parameter, index}}};
  }
  static Angle input(std::uint32_t index, double scale = 1, double offset = 0) {
    return {offset, scale, 1, {Factor{Source::input, index}}};
  }
  /// offset + scale * arccos(x_index).
  static Angle arccos_input(std::uint32_t index, double scale = 1, double offset = 0) {
    return {offset, scale, 1, {Factor{Source::input, index, Function::arccos}}};
  }
  /// offset + scale * (first) * (second).
  static Angle product(const Factor& first, const Factor& second, double scale = 1, double offset = 0) {
    return {offset, scale, 2, {first, second}};
  }

  std::span<const Factor> factors() const noexcept { return {factor_array.data(), factor_count}; }
  bool is_constant() const noexcept { return factor_count == 0; }
  bool reads(Source source) const noexcept;
  /// One more than the highest index of this source that is read; 0 if none.
  std::size_t count(Source source) const noexcept;

  friend bool operator==(const Angle&, const Angle&) = default;
};

/// factor * angle, also of its offset.
Angle scaled(Angle angle, double factor) noexcept;

/// function(v) + shift in double; NaN outside the function's domain.
double value(const Angle::Factor& factor, std::span<const double> parameters, std::span<const double> inputs) noexcept;
/// Of one sample. Indices must be in range.
double value(const Angle& angle, std::span<const double> parameters, std::span<const double> inputs) noexcept;

}  // namespace tacit::quantum_sim
