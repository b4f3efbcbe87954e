#include "quantum_sim/analysis/lie/lie_circuit.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

void require_commuting(const PauliSum& generator, std::size_t call) {
  for (std::size_t one = 0; one < generator.terms.size(); ++one)
    for (std::size_t two = 0; two < one; ++two)
      if (!commute(generator.terms[one].string, generator.terms[two].string))
        fail(ErrorKind::usage,
             "rotation {}: terms {} and {} of its generator do not commute, so it is no product of Pauli rotations",
             call, two, one);
}

void require_finite(const Angle& angle, std::size_t call) {
  bool finite = std::isfinite(angle.offset) && std::isfinite(angle.scale);
  for (const Angle::Factor& factor : angle.factors()) finite = finite && std::isfinite(factor.shift);
  if (!finite)
    fail(ErrorKind::usage, "rotation {}: its angle must be finite, but has scale {} and offset {}", call, angle.scale,
         angle.offset);
}

}  // namespace

// A string's own check is the range of the number of qubits.
PauliCircuit::PauliCircuit(std::uint32_t qubits) : qubits_(PauliString(qubits).qubits()) {}

PauliCircuit& PauliCircuit::rotate(const PauliSum& generator, const Angle& angle) {
  require_valid(generator, qubits_, fmt::format("rotation {}", calls_));
  require_finite(angle, calls_);
  const PauliSum sum = simplified(generator);
  require_commuting(sum, calls_);
  for (const PauliSum::Term& term : sum.terms) {
    if (term.string.is_identity()) continue;
    PauliStringRotation rotation{term.string, term.coefficient * angle.offset, {}, calls_};
    if (!angle.is_constant()) {
      Angle variable = scaled(angle, term.coefficient);
      variable.offset = 0;
      rotation.terms.push_back({variable, calls_});
    }
    append(std::move(rotation));
  }
  ++calls_;
  return *this;
}

void PauliCircuit::append(PauliStringRotation rotation) {
  for (const AngleTerm& term : rotation.terms) {
    parameters_ = std::max(parameters_, term.angle.count(Angle::Source::parameter));
    inputs_ = std::max(inputs_, term.angle.count(Angle::Source::input));
  }
  rotations_.push_back(std::move(rotation));
}

}  // namespace tacit::quantum_sim
