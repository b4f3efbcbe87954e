#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/batch/tile.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// A program's terms by where their factors come from. A term with an input differs from lane to lane; the others are
/// shared by all samples.
struct FactorPlace {
  std::uint32_t place;  ///< among the lane factors, or the shared factors
  double shift;
  Angle::Source source;
  std::uint32_t index;  ///< of the parameter or input
};
struct PlacedTerm {
  std::uint32_t slot;
  double scale;
  bool is_linear;  ///< scale * source + a constant
  std::uint32_t factor_count;
  std::array<FactorPlace, 2> factors;
};

/// The factors of all angles of a program, f(v) for a parameter or input v, before their shift; along a direction
/// v_dot. Each is evaluated once, however many angles use it. In double, a lane at a time.
template <class T>
class FactorValues {
 public:
  /// Rate = f'(v) v_dot, slope = f'(v), slope_rate = f''(v) v_dot.
  struct Shared {
    double value, rate, slope, slope_rate;
  };
  static constexpr std::size_t width = tile_width<T>;
  /// Of one factor, by lane.
  struct Lanes {
    double value[width], rate[width], slope[width], slope_rate[width];
  };

  explicit FactorValues(const Circuit& circuit, const Program& program);

  /// Takes the values of one call, which must be valid; an empty direction is zero.
  void begin(std::span<const T> parameters, std::span<const T> parameters_dot, std::span<const T> inputs,
             std::span<const T> inputs_dot);
  /// For samples first .. first + count - 1; other lanes get the factors of input zero.
  void load_tile(std::size_t first, std::size_t count);

  std::span<const PlacedTerm> shared_terms() const noexcept { return shared_terms_; }  ///< in the order of slots
  std::span<const PlacedTerm> lane_terms() const noexcept { return lane_terms_; }      ///< in the order of slots

  /// Adds a term's value and rate to angle[W] and rate[W].
  void add_lanes(const PlacedTerm& term, double* angle, double* rate) const;
  /// The derivative of a lane term by its factor `which`, and that derivative's rate: [W] each.
  void derivative_lanes(const PlacedTerm& term, std::uint32_t which, double* derivative, double* rate) const;

  struct Pair {
    double value, rate;
  };
  Pair shared_value(const PlacedTerm& term) const;
  Pair shared_derivative(const PlacedTerm& term, std::uint32_t which) const;

 private:
  struct Source {
    Angle::Source source;
    std::uint32_t index;
    Angle::Function function;

    friend bool operator==(const Source&, const Source&) = default;
  };
  static std::uint32_t place_of(std::vector<Source>& sources, const Source& source);
  void place(const AngleTerm& term, std::uint32_t slot);

  std::size_t inputs_per_sample_;
  std::vector<PlacedTerm> shared_terms_, lane_terms_;
  std::vector<Source> shared_sources_, lane_sources_;
  std::vector<Shared> shared_;
  AlignedArray<Lanes> lanes_;
  std::span<const T> inputs_, inputs_dot_;
};

}  // namespace tacit::quantum_sim
