#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "quantum_sim/analysis/lie/lie_algebra.h"
#include "quantum_sim/analysis/lie/lie_circuit.h"
#include "quantum_sim/analysis/lie/pauli_string_set.h"

namespace tacit::quantum_sim {

/// Expectation values (<X>, <Y>, <Z>) of one qubit; of length one if it is pure.
using BlochVector = std::array<double, 3>;

/// g-sim (Goh, Larocca, Cincio, Cerezo and Sauvage, arXiv 2308.01432): expectation values and exact gradients of a
/// circuit of Pauli rotations without its state, in time and memory that follow the dimension d of an orbit of Pauli
/// strings instead of 2^qubits. Where a circuit's Lie algebra is small, so is that of hundreds of qubits.
///
/// A state is its snapshot: the d numbers e_a = Tr(B_a rho) over basis(), the smallest set of strings around the
/// observables that the rotations map into itself. Rotations turn pairs of them in their planes (g_sim_plan.h), so
/// outputs and gradients are linear in the snapshot, and a gradient of a whole batch costs what one sample's does: the
/// samples' weighted snapshots are added up first. In double precision.
///
/// Planned once (orbit and pairs), then executed many times; nothing allocates (but the first gradient_rows), looks up
/// a string or calls a virtual function inside execution. One simulator serves one thread at a time.
///
/// Shapes, row-major: parameters [P], inputs [I] of all samples in a call, snapshots [batch, d], outputs and upstream
/// [batch, K]. All methods throw Error(usage) on sizes that do not fit (names which) or an angle that is not finite
/// (names the rotation), before they write anything.
class LieSimulator {
 public:
  /// Throws Error(usage) on an observable that does not fit, Error(resource) beyond max_dimension strings or memory.
  LieSimulator(PauliCircuit circuit, std::vector<PauliSum> observables, const LieLimits& limits = {});
  /// Of a circuit of gates, by lower_to_strings. Amplitude encoding is no part of it: its state's snapshot is.
  LieSimulator(const Circuit& circuit, const std::vector<Observable>& observables, const LieLimits& limits = {});
  ~LieSimulator();
  LieSimulator(LieSimulator&&) noexcept;

  const PauliCircuit& circuit() const noexcept;
  /// d.
  std::size_t dimension() const noexcept;
  /// B_a, in the order of a snapshot's numbers.
  const PauliStringSet& basis() const noexcept;
  /// K.
  std::size_t outputs() const noexcept;
  /// Pairs of numbers that one evolution turns; 6 operations each.
  std::size_t turns() const noexcept;

  /// Snapshot [d] of |0...0>: 1 for strings of I and Z, else 0. Throws Error(usage) where the circuit encodes
  /// amplitudes, as it then starts from those.
  void zero_snapshot(std::span<double> snapshot) const;
  /// Snapshot [d] of a product state: products of Bloch components. One vector a qubit, none longer than 1.
  void product_snapshot(std::span<const BlochVector> qubits, std::span<double> snapshot) const;
  /// The basis as observables of a state-vector simulator, whose outputs then are a snapshot: of any state up to 63
  /// qubits, such as that of a data encoding.
  std::vector<Observable> basis_observables() const;

  /// outputs[b,k] = Tr(O_k U rho_b U^dagger).
  void forward(std::span<const double> parameters, std::span<const double> inputs, std::span<const double> snapshots,
               std::size_t batch, std::span<double> outputs);

  /// With w = upstream and C = sum_{b,k} w[b,k] outputs[b,k]: the derivatives of C by parameters [P], by inputs [I] and
  /// by snapshots [batch, d]; written, empty = not wanted. Also writes `outputs` if not empty. The Heisenberg pictures
  /// of the observables are carried back, then with the snapshots forward: no tape.
  struct Gradients {
    std::span<double> parameters, inputs, snapshots;
  };
  void backward(std::span<const double> parameters, std::span<const double> inputs, std::span<const double> snapshots,
                std::size_t batch, std::span<const double> upstream, std::span<double> outputs,
                const Gradients& gradients);

  /// The map from a snapshot to a gradient, chi [P, d]: for C = sum_k weights[k] outputs[k],
  ///   d C / d theta_j = sum_a chi[j,a] e_a,
  /// whatever the snapshot. Where it has full column rank, a gradient gives the snapshot away (Heredge et al., arXiv
  /// 2405.08801).
  void gradient_rows(std::span<const double> parameters, std::span<const double> inputs,
                     std::span<const double> weights, std::span<double> rows);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::quantum_sim
