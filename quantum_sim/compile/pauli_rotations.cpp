#include "quantum_sim/compile/pauli_rotations.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/compile/gate_lowering.h"
#include "quantum_sim/compile/observable_checks.h"

namespace tacit::quantum_sim {
namespace {

// How far back a merge is looked for; bounds the planning time of long runs of commuting rotations.
constexpr std::size_t look_back = 1024;
// Control strings of a rotation that may consist of Clifford gates: more take an angle of many turns.
constexpr std::size_t most_absorbed = 10;

bool same_string(const Pauli& left, const Pauli& right) {
  return left.x == right.x && left.z == right.z && left.phase == right.phase;
}

bool same_generator(const PauliRotation& left, const PauliRotation& right) {
  return same_string(left.pauli, right.pauli) && std::equal(left.controls.begin(), left.controls.end(),
                                                            right.controls.begin(), right.controls.end(), same_string);
}

// angle / (pi / 2) if that is an integer, up to the rounding of a few operations.
std::optional<std::int64_t> quarter_turns(double angle) {
  constexpr double quarter = std::numbers::pi / 2, largest = 1e6, tolerance = 4e-15;
  if (!(std::abs(angle) < largest)) return std::nullopt;
  const double count = std::round(angle / quarter);
  if (std::abs(angle - count * quarter) > tolerance * std::max(1.0, std::abs(angle))) return std::nullopt;
  return static_cast<std::int64_t>(count);
}

class Lowering {
 public:
  explicit Lowering(const Circuit& circuit) : result_{{}, {}, CliffordFrame(circuit.qubits()), 0} {
    result_.encoded_amplitudes = circuit.encoded_amplitudes();
    for (std::uint32_t position = 0; position < circuit.gates().size(); ++position)
      for (const RotationStep& step : quantum_sim::lower(circuit.gates()[position], position)) add(step, position);
  }

  LoweredCircuit run() { return std::move(result_); }

 private:
  // In the coordinates of the qubits: the strings are mapped through the frame once it is known what happens to them.
  void add(const RotationStep& step, std::uint32_t gate) {
    PauliRotation rotation{step.pauli, 0, {}, step.controls, gate};
    const double sign = make_canonical(rotation.pauli);
    Angle angle = scaled(step.angle, sign);
    rotation.offset = std::exchange(angle.offset, 0);
    if (angle.is_constant()) angle.scale = 0;
    add_terms(rotation.terms, {{angle, gate}});
    if (!is_plain(rotation)) return add(rotation);
    for (const PauliRotation& part : expanded(rotation, result_.phase)) add(part);
  }

  // Controls that are cheaper without: on a phase alone, or where all the parts are Clifford gates.
  static bool is_plain(const PauliRotation& rotation) {
    if (rotation.is_phase() && rotation.controls.size() < 2) return true;
    if (rotation.controls.empty() || rotation.controls.size() > most_absorbed || !rotation.terms.empty()) return false;
    return quarter_turns(std::ldexp(rotation.offset, -static_cast<int>(rotation.controls.size()))).has_value();
  }

  void add(const PauliRotation& rotation) {
    if (rotation.offset == 0 && rotation.terms.empty()) return;
    const std::optional<CliffordTurn> turn = clifford_turn(rotation);
    turn ? result_.frame.append(*turn) : add_mapped(rotation);
  }

  // What the rotation is if it is constant and Clifford. Four quarters are the phase -1.
  std::optional<CliffordTurn> clifford_turn(const PauliRotation& rotation) {
    if (!rotation.controls.empty() || !rotation.terms.empty()) return std::nullopt;
    const std::optional<std::int64_t> quarters = quarter_turns(rotation.offset);
    if (!quarters) return std::nullopt;
    if (*quarters & 4) result_.phase.offset += std::numbers::pi;
    return CliffordTurn{rotation.pauli, static_cast<std::uint32_t>(*quarters & 3)};
  }

  void add_mapped(PauliRotation rotation) {
    rotation.pauli = result_.frame.image(rotation.pauli);
    const double sign = make_canonical(rotation.pauli);
    rotation.offset *= sign;
    for (AngleTerm& term : rotation.terms) term.angle.scale *= sign;
    for (Pauli& control : rotation.controls) control = result_.frame.image(control);
    std::sort(rotation.controls.begin(), rotation.controls.end(), [](const Pauli& left, const Pauli& right) {
      return std::pair(left.x, left.z) < std::pair(right.x, right.z);
    });
    const std::optional<std::size_t> place = append_merged(result_.rotations, std::move(rotation));
    if (!place) return;
    // One that was merged commutes with all that follow, so it may go last, right before the frame.
    const std::optional<CliffordTurn> turn = clifford_turn(result_.rotations[*place]);
    if (!turn) return;
    result_.rotations.erase(result_.rotations.begin() + static_cast<std::ptrdiff_t>(*place));
    result_.frame.prepend(*turn);
  }

  LoweredCircuit result_;
};

std::vector<MeasuredPauli> measured_strings(const CliffordFrame& frame, const std::vector<Observable>& observables) {
  std::vector<MeasuredPauli> measured;
  for (std::uint32_t output = 0; output < observables.size(); ++output) {
    for (const PauliTerm& term : observables[output].terms) {
      if (term.coefficient == 0) continue;
      // Each qubit with both bits carries Y = i X Z.
      const auto ys = static_cast<std::uint32_t>(std::popcount(term.x_mask & term.z_mask));
      Pauli pauli = frame.image({term.x_mask, term.z_mask, ys & 3u});
      const double sign = make_canonical(pauli);
      measured.push_back({pauli, sign * term.coefficient, output});
    }
  }
  return measured;
}

}  // namespace

void add_terms(std::vector<AngleTerm>& terms, const std::vector<AngleTerm>& added, double factor) {
  for (AngleTerm term : added) {
    term.angle.scale *= factor;
    const auto same = std::find_if(terms.begin(), terms.end(), [&](const AngleTerm& earlier) {
      return earlier.angle.factor_count == term.angle.factor_count &&
             earlier.angle.factor_array == term.angle.factor_array;
    });
    if (same == terms.end()) {
      if (term.angle.scale != 0) terms.push_back(term);
      continue;
    }
    same->angle.scale += term.angle.scale;
    if (same->angle.scale == 0) terms.erase(same);
  }
}

bool commute(const PauliRotation& rotation, const Pauli& pauli) noexcept {
  return commute(rotation.pauli, pauli) && std::all_of(rotation.controls.begin(), rotation.controls.end(),
                                                       [&](const Pauli& control) { return commute(control, pauli); });
}

bool commute(const PauliRotation& left, const PauliRotation& right) noexcept {
  return commute(left, right.pauli) && std::all_of(right.controls.begin(), right.controls.end(),
                                                   [&](const Pauli& control) { return commute(left, control); });
}

double make_canonical(Pauli& pauli) noexcept {
  const std::uint32_t canonical = parity(pauli.x & pauli.z);
  const double sign = pauli.phase == canonical ? 1.0 : -1.0;
  pauli.phase = canonical;
  return sign;
}

std::optional<std::size_t> append_merged(std::vector<PauliRotation>& rotations, PauliRotation&& added) {
  const std::size_t end = rotations.size() > look_back ? rotations.size() - look_back : 0;
  for (std::size_t place = rotations.size(); place > end; --place) {
    PauliRotation& earlier = rotations[place - 1];
    if (same_generator(earlier, added)) {
      earlier.offset += added.offset;
      add_terms(earlier.terms, added.terms);
      if (earlier.offset != 0 || !earlier.terms.empty()) return place - 1;
      rotations.erase(rotations.begin() + static_cast<std::ptrdiff_t>(place - 1));
      return std::nullopt;
    }
    if (!commute(earlier, added)) break;
  }
  rotations.push_back(std::move(added));
  return rotations.size() - 1;
}

// Walks back from the observables: a rotation that commutes with all of them and with every later one that counts
// cancels against its own adjoint in U^dagger O U.
void drop_unseen(RotationForm& form) {
  std::vector<PauliRotation> kept;
  for (auto rotation = form.rotations.rbegin(); rotation != form.rotations.rend(); ++rotation) {
    const auto measures = [&](const MeasuredPauli& measured) { return !commute(*rotation, measured.pauli); };
    const auto disturbs = [&](const PauliRotation& later) { return !commute(*rotation, later); };
    if (std::any_of(form.measured.begin(), form.measured.end(), measures) ||
        std::any_of(kept.rbegin(), kept.rend(), disturbs))
      kept.push_back(std::move(*rotation));
  }
  std::reverse(kept.begin(), kept.end());
  form.rotations = std::move(kept);
}

LoweredCircuit lower(const Circuit& circuit) {
  return Lowering(circuit).run();
}

RotationForm to_rotation_form(const Circuit& circuit, const std::vector<Observable>& observables) {
  // Strings on qubits that the frame does not have would be looked up behind its end.
  require_valid_observables(circuit, observables);
  LoweredCircuit lowered = lower(circuit);
  RotationForm form{std::move(lowered.rotations), measured_strings(lowered.frame, observables),
                    lowered.encoded_amplitudes};
  drop_unseen(form);
  return form;
}

}  // namespace tacit::quantum_sim
