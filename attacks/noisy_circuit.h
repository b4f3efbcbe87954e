#pragma once

#include <optional>
#include <span>
#include <vector>

#include "attacks/model_passes.h"
#include "models/layers/quantum.h"
#include "models/model.h"
#include "quantum_sim/gradients/shift_rule.h"
#include "quantum_sim/noise/density_matrix_simulator.h"

namespace tacit::attacks {

/// The passes of a model of one circuit under the depolarising noise that its clients were told to train with
/// (training_depolarising): candidates are compared by the gradient that the noisy circuit gives, exactly. First
/// derivatives are adjoint sweeps over density matrices. The gradient of <g, v> in the inputs needs mixed second
/// derivatives of the noisy outputs: every angle that reads an input is shifted by the rule of its frequencies, which
/// holds under any fixed noise (Wierichs et al., Quantum 6, 677 (2022)), so an evaluation costs K + 2 R sweeps an
/// example and angle, for K outputs and R frequencies. One thread at a time.
///
/// No factor on the outputs does the same: noise shrinks each Pauli string by (1 - p) for every gate and qubit that it
/// meets on its way, and different strings meet different numbers. Only where no gate joins qubits are they equal.
class NoisyCircuit final : public ModelPasses<double> {
 public:
  /// Both must outlive this. Throws Error(configuration) unless the model is one quantum layer with
  /// training_depolarising, encodes no amplitudes and has no angle that reads both a parameter and an input.
  NoisyCircuit(const models::Model<double>& model, std::span<const double> theta);

  void gradient(const models::Examples<double>& candidates, std::span<double> g) override;
  void pull_back(const models::Examples<double>& candidates, std::span<const double> direction,
                 std::span<double> inputs, std::span<double> targets) override;

 private:
  /// An angle that depends on something: a parameter of the free circuit, in this order.
  struct FreeAngle {
    std::size_t gate = 0, position = 0;
    bool reads_input = false;
    quantum_sim::ShiftRule rule{};  ///< of those that read inputs; empty: no output sees it
  };
  const quantum_sim::Angle& angle(const FreeAngle& free) const;
  void add_by_chain(const FreeAngle& free, double slope, std::span<const double> inputs, std::span<double> by_theta,
                    std::span<double> by_inputs) const;
  std::span<const double> jacobian_row(std::size_t example, std::size_t output) const;

  const models::Model<double>& model_;
  std::span<const double> theta_;
  const models::Quantum<double>& layer_;
  std::vector<FreeAngle> angles_;
  std::optional<quantum_sim::DensityMatrixSimulator> free_;
  // Of the last gradient.
  std::vector<double> values_;    ///< of the angles, [count, angles]
  std::vector<double> outputs_;   ///< [count, outputs], scaled
  std::vector<double> jacobian_;  ///< of the scaled outputs by the angles, [count, outputs, angles]
  std::vector<double> slopes_;    ///< of the loss by the outputs, [count, outputs]
};

}  // namespace tacit::attacks
