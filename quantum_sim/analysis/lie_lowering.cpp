// From gates to rotations about Pauli strings.
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/analysis/lie_circuit.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::size_t most_controls = 12;

// exp(-i quarters (pi/2) P / 2).
struct FixedClifford {
  PauliString string;
  int quarters;  // 1, 2, 3
};

class Lowering {
 public:
  explicit Lowering(std::uint32_t qubits) : result_{PauliCircuit(qubits), {}} {}

  void add(const PauliRotation& rotation) {
    if (rotation.controls.size() > most_controls)
      fail(ErrorKind::usage, "{} has {} controls: as Pauli rotations it is a product of 2^{}, at most 2^{} are taken",
           where(rotation), rotation.controls.size(), rotation.controls.size(), most_controls);
    const std::size_t subsets = std::size_t{1} << rotation.controls.size();
    for (std::size_t subset = 0; subset < subsets; ++subset) {
      Pauli pauli = rotation.pauli;
      double weight = 1 / static_cast<double>(subsets);
      for (std::size_t place = 0; place < rotation.controls.size(); ++place) {
        if (!(subset >> place & 1)) continue;
        pauli = pauli * rotation.controls[place];
        weight = -weight;
      }
      add(pauli, weight, rotation);
    }
  }

  void add(const MeasuredPauli& measured) {
    auto [sign, string] = image(measured.pauli);
    if (result_.observables.size() <= measured.output) result_.observables.resize(measured.output + 1);
    result_.observables[measured.output].terms.push_back({sign * measured.coefficient, std::move(string)});
  }

  LoweredCircuit finish(std::size_t outputs) {
    result_.observables.resize(outputs);
    return std::move(result_);
  }

 private:
  static std::string where(const PauliRotation& rotation) {
    return rotation.terms.empty() ? "a fixed rotation" : fmt::format("gate {}", rotation.terms.front().gate);
  }

  void add(const Pauli& pauli, double weight, const PauliRotation& rotation) {
    auto [sign, string] = image(pauli);
    if (string.is_identity()) return;
    weight *= sign;
    PauliStringRotation added{std::move(string), weight * rotation.offset, {}};
    if (rotation.terms.empty() && absorb(added)) return;
    for (const AngleTerm& term : rotation.terms) added.terms.push_back({scaled(term.angle, weight), term.gate});
    result_.circuit.append(std::move(added));
  }

  // A fixed rotation by a multiple of a right angle permutes Pauli strings.
  bool absorb(const PauliStringRotation& rotation) {
    const double quarters = rotation.offset / (std::numbers::pi / 2), whole = std::round(quarters);
    if (!(std::abs(whole) < 0x1p30) || std::abs(quarters - whole) > 1e-12) return false;
    const int count = static_cast<int>(whole) & 3;
    if (count != 0) cliffords_.push_back({rotation.string, count});
    return true;
  }

  // What a later string becomes when the absorbed gates move past it, Q -> C^dagger Q C: in their order, as each one's
  // own string is such an image already.
  SignedPauliString image(const Pauli& pauli) const {
    const auto ys = static_cast<std::uint32_t>(std::popcount(pauli.x & pauli.z));
    const double sign = ((pauli.phase - ys) & 3u) == 0 ? 1.0 : -1.0;
    SignedPauliString result{sign, PauliString::from_masks(result_.circuit.qubits(), pauli.x, pauli.z)};
    for (const FixedClifford& clifford : cliffords_) {
      const auto moved = bracket(clifford.string, result.string);
      if (!moved) continue;
      // exp(i a P/2) Q exp(-i a P/2) = cos(a) Q + sin(a) i P Q.
      if (clifford.quarters == 2)
        result.sign = -result.sign;
      else
        result = {result.sign * moved->sign * (clifford.quarters == 1 ? 1 : -1), moved->string};
    }
    return result;
  }

  LoweredCircuit result_;
  std::vector<FixedClifford> cliffords_;
};

}  // namespace

LoweredCircuit lower_to_strings(const Circuit& circuit, const std::vector<Observable>& observables) {
  if (circuit.encoded_amplitudes() != 0)
    fail(ErrorKind::usage,
         "this circuit starts from encoded amplitudes: a Lie-algebraic analysis takes circuits of gates, and the "
         "expectation values of the encoded state as a snapshot");
  const RotationForm form = to_rotation_form(circuit, observables);
  Lowering lowering(circuit.qubits());
  for (const PauliRotation& rotation : form.rotations) lowering.add(rotation);
  for (const MeasuredPauli& measured : form.measured) lowering.add(measured);
  return lowering.finish(observables.size());
}

std::vector<Observable> all_seeing_observables(std::uint32_t qubits) {
  std::vector<Observable> result;
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
    result.push_back({{{1.0, std::uint64_t{1} << qubit, 0}}});
    result.push_back({{{1.0, 0, std::uint64_t{1} << qubit}}});
  }
  return result;
}

}  // namespace tacit::quantum_sim
