#include "quantum_sim/compile/diagonals.h"

#include <algorithm>
#include <utility>

namespace tacit::quantum_sim {
namespace {

constexpr std::size_t fewest_phases = 3;

/// A phase that may stand right behind any of the sweeps from its own to `last`.
struct Movable {
  std::size_t sweep, last;
};

bool is_shared_phase(const Program& program, const Sweep& sweep) {
  return sweep.phase_slot != no_slot && program.slots[sweep.phase_slot].lane_slot == no_slot && !sweep.grows &&
         sweep.dimension == program.dimension && !sweep.is_controlled();
}

std::size_t last_place(const Program& program, std::size_t place) {
  const std::uint32_t mask = program.sweeps[place].role;
  while (place + 1 < program.sweeps.size() && !parity(program.sweeps[place + 1].flip & mask)) ++place;
  return place;
}

void detach(Sweep& sweep) {
  sweep.phase_slot = no_slot;
  // The order of a real rotation's pairs is free again: the one that needs no signs.
  if (sweep.kind == Sweep::Kind::real) sweep.role ^= std::exchange(sweep.sign, 0);
}

class Gatherer {
 public:
  explicit Gatherer(Program& program) : program_(program) {}

  void run() {
    for (std::size_t place = 0; place < program_.sweeps.size(); ++place) {
      if (is_shared_phase(program_, program_.sweeps[place])) open_.push_back({place, last_place(program_, place)});
      const auto ends = [place](const Movable& phase) { return phase.last == place; };
      if (std::none_of(open_.begin(), open_.end(), ends)) continue;
      if (open_.size() >= fewest_phases)
        close_into_diagonal(place);
      else
        open_.erase(std::remove_if(open_.begin(), open_.end(), ends), open_.end());
    }
    insert_diagonals();
  }

 private:
  void close_into_diagonal(std::size_t place) {
    Diagonal diagonal;
    for (const Movable& phase : open_) {
      Sweep& sweep = program_.sweeps[phase.sweep];
      diagonal.phases.push_back({sweep.role, sweep.phase_slot});
      detach(sweep);
    }
    open_.clear();
    program_.diagonals.push_back(std::move(diagonal));
    places_.push_back(place);
  }

  void insert_diagonals() {
    std::vector<Sweep> sweeps;
    std::uint32_t diagonal = 0;
    for (std::size_t place = 0; place < program_.sweeps.size(); ++place) {
      const Sweep& sweep = program_.sweeps[place];
      if (sweep.kind != Sweep::Kind::phase || sweep.phase_slot != no_slot) sweeps.push_back(sweep);
      if (diagonal == places_.size() || places_[diagonal] != place) continue;
      sweeps.push_back({.kind = Sweep::Kind::diagonal, .dimension = program_.dimension, .diagonal = diagonal});
      ++diagonal;
    }
    program_.sweeps = std::move(sweeps);
  }

  Program& program_;
  std::vector<Movable> open_;
  std::vector<std::size_t> places_;  ///< behind which sweep each diagonal stands
};

}  // namespace

void gather_diagonals(Program& program) {
  Gatherer(program).run();
}

}  // namespace tacit::quantum_sim
