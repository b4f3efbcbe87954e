#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/batch/tile.h"

namespace tacit::quantum_sim {

/// From gradients by slot and lane to gradients by parameter and input: the chain rule of angle = offset + sum of
/// scale * source, and the sum over samples. `factors` [slots] multiply what the kernels wrote. Sums are in double, in
/// the order of tiles, lanes and slots.
template <class T>
class GradientSums {
 public:
  /// Both must outlive this object.
  GradientSums(const Circuit& circuit, const Program& program);

  T* tile() const noexcept { return tile_.get(); }  ///< [slots][W], written by the kernels
  void begin();
  /// Takes in one tile; writes the inputs' gradients [batch, I] of its samples unless empty.
  void add_tile(std::size_t first, std::size_t count, std::span<const double> factors, std::span<T> inputs);
  /// Writes the gradients [P] summed over all tiles.
  void finish(std::span<const double> factors, std::span<T> parameters);

 private:
  void write_sample(std::size_t lane, std::span<const double> factors, std::span<T> inputs);

  struct InputTerm {
    std::size_t slot, index;
    double scale;
  };

  const Program& program_;
  std::vector<InputTerm> input_terms_;  ///< all terms that are inputs, in the order of slots
  AlignedArray<T> tile_;
  AlignedArray<double> sums_;         ///< [slots][W]
  std::vector<double> by_parameter_;  ///< [P]
  std::vector<double> by_input_;      ///< [I], of one sample
};

}  // namespace tacit::quantum_sim
