#include "models/layers/measured_circuit.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "core/error.h"
#include "core/random.h"
#include "models/layers/circuit_noise.h"
#include "quantum_sim/circuit/angle_gradient.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"
#include "quantum_sim/gradients/rotation_slopes.h"
#include "quantum_sim/gradients/shift_rule.h"
#include "quantum_sim/measurement/finite_shots.h"
#include "quantum_sim/noise/density_matrix_simulator.h"

namespace tacit::models {

namespace {

using quantum_sim::Angle;
using quantum_sim::Circuit;

/// 4^n numbers: beyond this a training step takes minutes.
constexpr std::uint32_t most_noisy_qubits = 10;

/// The circuit whose every angle that depends on anything is a parameter of its own, in the order of the gates.
Circuit with_free_angles(const Circuit& circuit) {
  std::uint32_t next = 0;
  return quantum_sim::with_angles(
      circuit, [&](const Angle& angle) { return angle.is_constant() ? angle : Angle::parameter(next++); });
}

/// One angle that depends on something: where it stands, and how the values it can take differ.
struct FreeAngle {
  std::size_t gate = 0, position = 0;
  quantum_sim::ShiftRule rule{};  ///< empty: no observable sees it
};

}  // namespace

std::string objection_to(const CircuitTraining& training, const Circuit& circuit,
                         const std::vector<quantum_sim::Observable>& observables) {
  if (training.shots > 0 && training.depolarising > 0)
    return "training_shots and training_depolarising cannot both be on";
  if (training.depolarising > 0 && circuit.qubits() > most_noisy_qubits)
    return fmt::format("training_depolarising takes at most {} qubits, the circuit has {}", most_noisy_qubits,
                       circuit.qubits());
  for (const quantum_sim::Observable& observable : observables) {
    const std::size_t settings = quantum_sim::plan_measurement(observable).settings.size();
    if (training.shots > 0 && training.shots < 2 * settings)
      return fmt::format("training_shots = {} are too few: an output is measured in {} settings, twice at least",
                         training.shots, settings);
  }
  return {};
}

struct MeasuredCircuit::State {
  State(const Circuit& described, std::vector<quantum_sim::Observable> seen, const CircuitTraining& training)
      : circuit(described), outputs(seen.size()) {
    if (training.depolarising > 0) {
      noisy.emplace(described, depolarising_everywhere(training.depolarising), std::move(seen));
      return;
    }
    const Circuit free = with_free_angles(described);
    for (std::size_t gate = 0; gate < described.gates().size(); ++gate)
      for (std::size_t position = 0; position < described.gates()[gate].angles.size(); ++position)
        if (!described.gates()[gate].angles[position].is_constant()) angles.push_back({gate, position});
    // Of angles that stand alone the frequencies do not depend on where.
    const std::vector<double> anywhere(angles.size()), nothing(free.inputs());
    const auto frequencies = quantum_sim::parameter_frequencies(free, seen, anywhere, nothing);
    for (std::size_t g = 0; g < angles.size(); ++g)
      if (frequencies[g].maximum > 0) angles[g].rule = quantum_sim::first_derivative_rule(frequencies[g]);
    shots.emplace(free, std::move(seen), training.shots);
  }

  /// Numbers for one pass over one example. A stream has room for two numbers beside its seed; the others are hashed
  /// into a seed first.
  RandomStream stream(const Pass& pass, std::uint32_t number, std::size_t example) const {
    const MaskKey& key = pass.key;
    const std::uint64_t client = RandomStream({key.seed, Purpose::circuit_shots, key.round, key.client}).next_u64();
    const std::uint64_t step = RandomStream({client, Purpose::circuit_shots, key.step, pass.layer}).next_u64();
    return RandomStream(
        {step, Purpose::circuit_shots, static_cast<std::uint32_t>(pass.first_example + example), number});
  }
  /// Counts the passes over the same examples of a step: what is measured twice must not come out the same.
  std::uint32_t number_of(const Pass& pass) {
    const auto place =
        std::tuple(pass.key.seed, pass.key.round, pass.key.client, pass.key.step, pass.layer, pass.first_example);
    passes = place == last ? passes + 1 : 0;
    last = place;
    return passes;
  }

  std::vector<double> angle_values(std::span<const double> theta, std::span<const double> inputs) const {
    std::vector<double> values;
    for (const FreeAngle& angle : angles)
      values.push_back(quantum_sim::value(circuit.gates()[angle.gate].angles[angle.position], theta, inputs));
    return values;
  }
  std::vector<quantum_sim::ShotEstimate> measure(std::span<const double> values, std::span<const double> inputs,
                                                 RandomStream& random) const {
    return shots->run(values, inputs.first(circuit.encoded_amplitudes()), 1, random.next_u64());
  }
  /// d/d angle of sum_k upstream[k] output[k].
  double slope(const FreeAngle& angle, std::vector<double>& values, std::size_t index, std::span<const double> inputs,
               std::span<const double> upstream, RandomStream& random) const {
    const double centre = values[index];
    double sum = 0;
    for (std::size_t m = 0; m < angle.rule.shifts.size(); ++m) {
      values[index] = centre + angle.rule.shifts[m];
      const auto estimates = measure(values, inputs, random);
      for (std::size_t k = 0; k < upstream.size(); ++k)
        sum += angle.rule.coefficients[m] * upstream[k] * estimates[k].mean;
    }
    values[index] = centre;
    return sum;
  }

  Circuit circuit;
  std::size_t outputs;
  std::optional<quantum_sim::DensityMatrixSimulator> noisy;
  std::optional<quantum_sim::ShotSimulator<double>> shots;
  std::vector<FreeAngle> angles;
  std::tuple<std::uint64_t, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t, std::size_t> last{};
  std::uint32_t passes = 0;
};

MeasuredCircuit::MeasuredCircuit(const Circuit& circuit, const std::vector<quantum_sim::Observable>& observables,
                                 const CircuitTraining& training) {
  if (const std::string objection = objection_to(training, circuit, observables); !objection.empty())
    fail(ErrorKind::usage, "{}", objection);
  if (!training.is_on()) fail(ErrorKind::usage, "a circuit without shots or noise is not measured");
  state_ = std::make_unique<State>(circuit, observables, training);
}

MeasuredCircuit::~MeasuredCircuit() = default;

std::vector<double> MeasuredCircuit::forward(std::span<const double> theta, std::span<const double> inputs,
                                             std::size_t count, const Pass& pass) {
  if (state_->noisy) return state_->noisy->run(theta, inputs, count);
  const std::uint32_t number = state_->number_of(pass);
  const std::size_t width = state_->circuit.inputs();
  std::vector<double> outputs;
  for (std::size_t b = 0; b < count; ++b) {
    RandomStream random = state_->stream(pass, number, b);
    const auto row = inputs.subspan(b * width, width);
    for (const auto& estimate : state_->measure(state_->angle_values(theta, row), row, random))
      outputs.push_back(estimate.mean);
  }
  return outputs;
}

void MeasuredCircuit::backward(std::span<const double> theta, std::span<const double> inputs, std::size_t count,
                               std::span<const double> upstream, const Pass& pass, std::span<double> theta_gradient,
                               std::span<double> inputs_gradient) {
  if (state_->noisy) {
    state_->noisy->gradient(theta, inputs, count, upstream, theta_gradient, inputs_gradient);
    return;
  }
  if (!inputs_gradient.empty() && state_->circuit.encoded_amplitudes() > 0)
    fail(ErrorKind::usage, "training_shots: amplitudes have no shift rule, so no layer before them can be trained");
  const std::uint32_t number = state_->number_of(pass);
  const std::size_t width = state_->circuit.inputs();
  std::fill(theta_gradient.begin(), theta_gradient.end(), 0.0);
  std::fill(inputs_gradient.begin(), inputs_gradient.end(), 0.0);
  for (std::size_t b = 0; b < count; ++b) {
    RandomStream random = state_->stream(pass, number, b);
    const auto row = inputs.subspan(b * width, width);
    const auto row_gradient = inputs_gradient.empty() ? inputs_gradient : inputs_gradient.subspan(b * width, width);
    std::vector<double> values = state_->angle_values(theta, row);
    for (std::size_t g = 0; g < values.size(); ++g) {
      const FreeAngle& free = state_->angles[g];
      const quantum_sim::Gate& gate = state_->circuit.gates()[free.gate];
      const Angle& angle = gate.angles[free.position];
      const bool wanted = (!theta_gradient.empty() && angle.reads(Angle::Source::parameter)) ||
                          (!row_gradient.empty() && angle.reads(Angle::Source::input));
      if (free.rule.shifts.empty() || !wanted) continue;
      const double slope =
          state_->slope(free, values, g, row, upstream.subspan(b * state_->outputs, state_->outputs), random);
      quantum_sim::add_angle_gradient(angle, slope, theta, row, theta_gradient, row_gradient, gate, free.gate);
    }
  }
}

}  // namespace tacit::models
