#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/batch/factor_values.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// From gradients g by slot and lane to gradients by parameter and input s, or their derivatives along a direction: the
/// chain rule, sum (da/ds) g or sum (da/ds) g_dot + (da/ds)_dot g, and the sum over samples. `factors` [slots] multiply
/// what the kernels wrote. Sums are in double, in the order of tiles, lanes and slots.
template <class T>
class GradientSums {
 public:
  /// All must outlive this object. With `primal`, the gradients themselves, this is their derivative; the primal's tile
  /// must then be written before this one's is added, and finished before this.
  GradientSums(const Circuit& circuit, const Program& program, const FactorValues<T>& values,
               const GradientSums* primal = nullptr);

  T* tile() const noexcept { return tile_.get(); }  ///< [slots][W], written by the kernels
  void begin();
  /// Takes in one tile; writes the inputs' gradients [batch, I] of its samples unless empty.
  void add_tile(std::size_t first, std::size_t count, std::span<const double> factors, std::span<T> inputs);
  /// Adds what was summed elsewhere to a slot.
  void add(std::size_t slot, double gradient) { sums_.get()[slot * tile_width<T>] += gradient; }
  /// The gradients [P] summed over all tiles; valid until the next.
  std::span<const double> finish(std::span<const double> factors);

 private:
  /// A source of a term whose angle is not linear in it.
  struct Curved {
    const PlacedTerm* term;
    std::uint32_t which;
    std::uint32_t index() const { return term->factors[which].index; }
    bool is_input() const { return term->factors[which].source == Angle::Source::input; }
  };
  struct Linear {
    std::uint32_t slot, index;
    double scale;
  };
  void list(const PlacedTerm& term, std::vector<Curved>& curved);
  void add_curved(std::size_t count, bool wants_inputs, std::span<const double> factors);
  void write_inputs(std::size_t first, std::size_t count, std::span<const double> factors, std::span<T> inputs);
  double slot_sum(std::size_t slot) const;

  const Program& program_;
  const FactorValues<T>& values_;
  const GradientSums* primal_;
  std::size_t inputs_per_sample_;
  std::vector<Linear> linear_parameters_, linear_inputs_;
  std::vector<Curved> shared_, lanes_;
  AlignedArray<T> tile_;
  AlignedArray<double> sums_;             ///< [slots][W]
  AlignedArray<double> parameter_lanes_;  ///< [P][W], of parameters beside an input
  AlignedArray<double> by_input_;         ///< [I][W], of one tile
  std::vector<double> by_parameter_;      ///< [P]
};

}  // namespace tacit::quantum_sim
