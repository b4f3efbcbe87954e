#include "quantum_sim/compile/program.h"

#include <bit>

#include "core/error.h"
#include "quantum_sim/compile/plain_rotation_form.h"
#include "quantum_sim/compile/schedule.h"

namespace tacit::quantum_sim {
namespace {

class Compiler {
 public:
  Compiler(const RotationForm& form, std::uint32_t outputs)
      : form_(form), start_(RowBasis::of_first(form.encoded_amplitudes)), schedule_(schedule(form.rotations, start_)) {
    program_.outputs = outputs;
    program_.start_dimension = start_.dimension();
    program_.encoded_amplitudes = form.encoded_amplitudes;
    program_.dimension = schedule_.basis.dimension();
    if (program_.dimension > max_state_qubits)
      fail(ErrorKind::usage, "the circuit reaches 2^{} basis states, a state has at most 2^{}", program_.dimension,
           max_state_qubits);
  }

  Program run() {
    std::uint32_t dimension = program_.start_dimension;
    for (std::size_t step = 0; step < schedule_.order.size(); ++step) {
      const bool grows = schedule_.dimensions[step] > dimension;
      dimension = schedule_.dimensions[step];
      add(form_.rotations[schedule_.order[step]], dimension, grows);
    }
    for (const MeasuredPauli& measured : form_.measured) add(measured);
    return std::move(program_);
  }

 private:
  void add(const PauliRotation& rotation, std::uint32_t dimension, bool grows) {
    // Every row mask of the circuit lies in the basis by construction.
    const Pauli rows = schedule_.basis.to_rows(rotation.pauli).value();
    // Rows not in use yet cannot show their sign.
    const auto signs = static_cast<std::uint32_t>(rows.z & ((std::uint64_t{1} << dimension) - 1));
    const auto flip = static_cast<std::uint32_t>(rows.x);
    if (flip == 0 && signs == 0) return;  // a global phase
    const std::uint32_t slot = add_slot(rotation, flip == 0);
    if (flip != 0)
      add_rotation(flip, signs, dimension, grows, slot);
    else if (!attach_phase(signs, slot))
      program_.sweeps.push_back({Sweep::Kind::phase, false, dimension, 0, signs, 0, no_slot, slot});
  }

  void add_rotation(std::uint32_t flip, std::uint32_t signs, std::uint32_t dimension, bool grows, std::uint32_t slot) {
    Sweep sweep{Sweep::Kind::imaginary, grows, dimension, flip, std::bit_floor(flip), signs, slot, no_slot};
    if (parity(flip & signs)) {
      sweep.kind = Sweep::Kind::real;
      // A pair's order is free unless its second half is new: then the row in use comes first.
      if (!grows) sweep.role = signs;
      sweep.sign = signs ^ sweep.role;
    }
    program_.sweeps.push_back(sweep);
  }

  // A phase commutes back to the last rotation that it does not commute with, and there costs no pass of its own.
  bool attach_phase(std::uint32_t signs, std::uint32_t slot) {
    for (auto sweep = program_.sweeps.rbegin(); sweep != program_.sweeps.rend(); ++sweep) {
      if (!parity(sweep->flip & signs)) continue;
      if (sweep->grows || sweep->phase_slot != no_slot) return false;
      // The rows that take the phase become the second of each pair; a real rotation's order then moves into its sign.
      if (sweep->kind == Sweep::Kind::real) sweep->sign ^= sweep->role ^ signs;
      sweep->role = signs;
      sweep->phase_slot = slot;
      return true;
    }
    return false;
  }

  std::uint32_t add_slot(const PauliRotation& rotation, bool is_phase) {
    const auto first = static_cast<std::uint32_t>(program_.terms.size());
    program_.terms.insert(program_.terms.end(), rotation.terms.begin(), rotation.terms.end());
    Slot slot{rotation.offset, first, static_cast<std::uint32_t>(program_.terms.size()), is_phase, no_slot};
    for (const AngleTerm& term : rotation.terms)
      if (term.reads(Angle::Source::input)) slot.lane_slot = program_.lane_slots;
    if (slot.lane_slot != no_slot) ++program_.lane_slots;
    program_.slots.push_back(slot);
    return static_cast<std::uint32_t>(program_.slots.size() - 1);
  }

  void add(const MeasuredPauli& measured) {
    // A string that leads out of the reachable rows has expectation zero, whatever the angles.
    const std::optional<Pauli> rows = schedule_.basis.to_rows(measured.pauli);
    if (!rows) return;
    program_.measured.push_back({static_cast<std::uint32_t>(rows->x), static_cast<std::uint32_t>(rows->z),
                                 rows->phase == 1, measured.coefficient, measured.output});
  }

  const RotationForm& form_;
  RowBasis start_;
  Schedule schedule_;
  Program program_;
};

}  // namespace

Program compile(const Circuit& circuit, const std::vector<Observable>& observables) {
  const RotationForm form = to_plain_rotation_form(circuit, observables);
  return Compiler(form, static_cast<std::uint32_t>(observables.size())).run();
}

}  // namespace tacit::quantum_sim
