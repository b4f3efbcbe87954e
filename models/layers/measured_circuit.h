#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/pass_mode.h"
#include "quantum_sim/circuit/circuit.h"

namespace tacit::models {

/// How local training sees a circuit. At most one is on.
struct CircuitTraining {
  std::size_t shots = 0;    ///< measurements for each expectation value; 0: exact
  double depolarising = 0;  ///< probability that each qubit of each gate is replaced by the maximally mixed one

  bool is_on() const noexcept { return shots > 0 || depolarising > 0; }
};

/// Why a circuit cannot be trained so; empty if it can.
std::string objection_to(const CircuitTraining& training, const quantum_sim::Circuit& circuit,
                         const std::vector<quantum_sim::Observable>& observables);

/// Expectation values and gradients of a circuit as a device would give them to the client.
///
/// With shots, a value is the mean of its measurements (quantum_sim/measurement/finite_shots.h), and a gradient comes
/// from the shift rule of every gate's angle (Schuld et al., PRA 99, 032331 (2019);
/// quantum_sim/gradients/shift_rule.h), each shifted value measured afresh, and the chain rule from angles to
/// parameters and inputs: unbiased, with a variance in proportion to 1 / shots. With depolarising noise both are exact
/// for the noisy circuit (quantum_sim/noise/ density_matrix_simulator.h).
///
/// What is measured follows from (seed, round, client, step), the layer, the example and the number of the pass in its
/// step alone, so not on threads or on how a batch is cut. One thread at a time.
class MeasuredCircuit {
 public:
  /// Throws Error(usage) with the objection, if there is one.
  MeasuredCircuit(const quantum_sim::Circuit& circuit, const std::vector<quantum_sim::Observable>& observables,
                  const CircuitTraining& training);
  ~MeasuredCircuit();

  /// Which pass the next call makes.
  struct Pass {
    MaskKey key;
    std::uint32_t layer = 0;
    std::size_t first_example = 0;
  };
  /// theta [P], inputs [count, I]; returns [count, K].
  std::vector<double> forward(std::span<const double> theta, std::span<const double> inputs, std::size_t count,
                              const Pass& pass);
  /// Gradient of sum_{b,k} upstream[b,k] output[b,k]: theta_gradient [P] and inputs_gradient [count, I], each written,
  /// or empty if not wanted. Throws Error(usage) if the inputs' is wanted of an amplitude encoding with shots.
  void backward(std::span<const double> theta, std::span<const double> inputs, std::size_t count,
                std::span<const double> upstream, const Pass& pass, std::span<double> theta_gradient,
                std::span<double> inputs_gradient);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::models
