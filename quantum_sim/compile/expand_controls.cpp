#include "quantum_sim/compile/expand_controls.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::size_t most_controls = 10;

void require_few_controls(const std::vector<PauliRotation>& rotations, const Circuit* circuit) {
  for (const PauliRotation& rotation : rotations)
    if (rotation.controls.size() > most_controls)
      fail(ErrorKind::usage,
           "{}: it would become 2^{} rotations; at most {} control strings are taken apart here, simulators of "
           "states take any number of them",
           circuit ? describe(circuit->gates()[rotation.gate], rotation.gate) : fmt::format("gate {}", rotation.gate),
           rotation.controls.size(), most_controls);
}

void expand(std::vector<PauliRotation>& rotations, AngleSum& phase, std::size_t most) {
  std::vector<PauliRotation> plain;
  for (PauliRotation& rotation : rotations) {
    if (rotation.controls.empty() || rotation.controls.size() > most)
      append_merged(plain, std::move(rotation));
    else
      for (PauliRotation& part : expanded(rotation, phase)) append_merged(plain, std::move(part));
  }
  rotations = std::move(plain);
}

}  // namespace

std::vector<PauliRotation> expanded(const PauliRotation& rotation, AngleSum& phase) {
  std::vector<PauliRotation> parts;
  const auto subsets = std::uint64_t{1} << rotation.controls.size();
  for (std::uint64_t subset = 0; subset < subsets; ++subset) {
    Pauli pauli = rotation.pauli;
    for (std::size_t place = 0; place < rotation.controls.size(); ++place)
      if (subset >> place & 1) pauli = pauli * rotation.controls[place];
    const double sign = make_canonical(pauli) * (parity(subset) ? -1 : 1);
    const double factor = sign / static_cast<double>(subsets);
    if ((pauli.x | pauli.z) == 0) {
      phase.offset -= factor / 2 * rotation.offset;
      add_terms(phase.terms, rotation.terms, -factor / 2);
      continue;
    }
    PauliRotation part{pauli, factor * rotation.offset, {}, {}, rotation.gate};
    add_terms(part.terms, rotation.terms, factor);
    parts.push_back(std::move(part));
  }
  return parts;
}

void expand_controls(LoweredCircuit& lowered, const Circuit* circuit) {
  require_few_controls(lowered.rotations, circuit);
  expand_controls(lowered, most_controls);
}

void expand_controls(RotationForm& form, const Circuit* circuit) {
  require_few_controls(form.rotations, circuit);
  expand_controls(form, most_controls);
}

void expand_controls(LoweredCircuit& lowered, std::size_t most) {
  expand(lowered.rotations, lowered.phase, most);
}

void expand_controls(RotationForm& form, std::size_t most) {
  AngleSum unseen;
  expand(form.rotations, unseen, most);
  drop_unseen(form);
}

}  // namespace tacit::quantum_sim
