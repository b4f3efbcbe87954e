#include "quantum_sim/noise/pauli_frames.h"

#include <bit>
#include <numbers>
#include <utility>

#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/noise/trajectory.h"

namespace tacit::quantum_sim {
namespace {

/// Each doubles the rotations.
constexpr std::size_t max_controls = 5;

/// +1 or -1: how the string differs from the product of its letters, Y = i X Z each.
double sign_of(const Pauli& pauli) {
  return pauli.phase == (static_cast<std::uint32_t>(std::popcount(pauli.x & pauli.z)) & 3u) ? 1 : -1;
}

Gate rotation_gate(const Pauli& pauli, const Angle& angle) {
  Gate gate{GateKind::pauli_rotation, {}, {}, {scaled(angle, sign_of(pauli))}, pauli.x, pauli.z};
  for (std::uint32_t qubit = 0; qubit < 64; ++qubit)
    if ((pauli.x | pauli.z) >> qubit & 1) gate.targets.push_back(qubit);
  return gate;
}

bool is_possible(const Circuit& circuit, const std::vector<NoisyStep>& steps) {
  if (!circuit.is_unitary() || circuit.encoded_amplitudes() != 0) return false;
  for (const Gate& gate : circuit.gates())
    if (gate.controls.size() > max_controls) return false;
  for (const NoisyStep& step : steps)
    if (step.channel && !step.channel->is_pauli_mixture()) return false;
  return true;
}

// Most frames are the identity for long.
bool anticommute(const Pauli& frame, std::uint64_t x, std::uint64_t z) {
  return (frame.x | frame.z) != 0 && parity((frame.x & z) ^ (frame.z & x)) == 1;
}

}  // namespace

std::optional<PauliFrames> PauliFrames::build(const Circuit& circuit, const std::vector<NoisyStep>& steps) {
  if (!is_possible(circuit, steps)) return std::nullopt;
  PauliFrames frames(circuit.qubits());
  for (const NoisyStep& step : steps) {
    if (step.channel)
      frames.add_channel(step);
    else
      frames.add_gate(circuit, step.gate);
  }
  return frames;
}

// The gate alone, as rotations and then a Clifford gate.
void PauliFrames::add_gate(const Circuit& circuit, std::size_t position) {
  Circuit alone(circuit.qubits());
  alone.append(circuit.gates()[position]);
  LoweredCircuit lowered = lower(alone);
  expand_controls(lowered);
  for (const PauliRotation& rotation : lowered.rotations)
    add_rotation(rotation.pauli, {rotation.offset, rotation.terms});
  for (const CliffordTurn& turn : lowered.frame.turns()) add_turn(turn);
}

void PauliFrames::add_rotation(const Pauli& pauli, const AngleSum& angle) {
  lanes_.append(rotation_gate(pauli, Angle::input(static_cast<std::uint32_t>(angles_.size()))));
  steps_.push_back({Step::Kind::rotation, pauli.x, pauli.z, angles_.size()});
  angles_.push_back(angle);
}

void PauliFrames::add_turn(const CliffordTurn& turn) {
  if (turn.quarters == 0 || (turn.pauli.x | turn.pauli.z) == 0) return;
  lanes_.append(rotation_gate(turn.pauli, Angle::constant(turn.quarters * std::numbers::pi / 2)));
  // A half turn is a Pauli string itself and moves no other string.
  if (turn.quarters % 2 == 1) steps_.push_back({Step::Kind::turn, turn.pauli.x, turn.pauli.z, 0});
}

void PauliFrames::add_channel(const NoisyStep& step) {
  Mixture mixture{step.channel, {}, 1};
  for (const Pauli& local : step.channel->strings()) mixture.strings.push_back(on_qubits(local, step.qubits));
  if (step.channel->keeps_state()) mixture.idle_from = jumps_end(step.channel->probabilities());
  steps_.push_back({Step::Kind::channel, 0, 0, mixtures_.size()});
  mixtures_.push_back(std::move(mixture));
}

Pauli PauliFrames::draw(RandomStream& stream, std::span<double> signs) const noexcept {
  Pauli frame;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::rotation) {
      signs[step.index] = anticommute(frame, step.x, step.z) ? -1 : 1;
    } else if (step.kind == Step::Kind::turn) {
      // Q F Q^dagger is F or +-i Q F for a quarter turn about Q.
      if (!anticommute(frame, step.x, step.z)) continue;
      frame.x ^= step.x;
      frame.z ^= step.z;
    } else {
      const Mixture& mixture = mixtures_[step.index];
      const double u = stream.uniform();
      if (u >= mixture.idle_from) continue;
      const Pauli& drawn = mixture.strings[choose_operator(mixture.channel->probabilities(), u)];
      frame.x ^= drawn.x;
      frame.z ^= drawn.z;
    }
  }
  return frame;
}

}  // namespace tacit::quantum_sim
