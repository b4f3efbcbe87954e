#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/distributed/communicator.h"
#include "quantum_sim/state/state_simulator.h"

namespace tacit::quantum_sim {

/// One state over the memory of several ranks, each with an equal share. Every rank makes the same calls with the same
/// values and gets the same results, to the last bit those of a StateSimulator in one process on the same instruction
/// set: the same passes over the same blocks, and sums taken in the same order.
///
/// A pass of the plan works inside blocks of rows, and any block can lie on any rank. So before each pass the state is
/// redistributed once, block by block, and the pass then needs no message: the rotations of a layer cost two or three
/// exchanges of the state, not one a rotation.
///
/// Shapes as for StateSimulator. One thread a rank.
template <class T>
class DistributedSimulator {
 public:
  /// `ranks` must outlive this object. Throws Error(usage) unless the number of ranks is a power of two of at most 64
  /// and the state has a block for each; Error(resource) if a rank's share does not fit into memory.
  DistributedSimulator(Circuit circuit, std::vector<Observable> observables, Communicator& ranks);
  ~DistributedSimulator();
  DistributedSimulator(DistributedSimulator&&) noexcept;

  const Circuit& circuit() const noexcept;
  std::size_t outputs() const noexcept;
  void forward(std::span<const T> parameters, std::span<const T> inputs, std::span<T> outputs);
  void backward(std::span<const T> parameters, std::span<const T> inputs, std::span<const T> upstream,
                std::span<T> outputs, std::span<T> gradient_parameters, std::span<T> gradient_inputs);
  void forward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::span<const T> parameters_dot,
                       std::span<const T> inputs_dot, std::span<T> outputs, std::span<T> outputs_dot);
  using Cotangents = typename StateSimulator<T>::Cotangents;
  void backward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::span<const T> parameters_dot,
                        std::span<const T> inputs_dot, std::span<const T> upstream, std::span<const T> upstream_dot,
                        const Cotangents& result);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::quantum_sim
