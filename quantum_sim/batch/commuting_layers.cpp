#include "quantum_sim/batch/commuting_layers.h"

#include <algorithm>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {
namespace {

// One that the layer may take in.
bool is_layered(const Program& program, const Sweep& sweep) {
  return is_plain(sweep) && !sweep.is_controlled() && sweep.dimension == program.dimension;
}

std::uint32_t end_of_layer(const Program& program, std::uint32_t first) {
  const std::vector<Sweep>& sweeps = program.sweeps;
  std::uint32_t end = first;
  const auto joins = [&](const Sweep& next) {
    return std::all_of(sweeps.begin() + first, sweeps.begin() + end,
                       [&](const Sweep& sweep) { return leave_alone(sweep, next); });
  };
  while (end < sweeps.size() && is_layered(program, sweeps[end]) && joins(sweeps[end])) ++end;
  return end;
}

std::vector<CommutingLayer> all_layers(const Program& program) {
  std::vector<CommutingLayer> layers;
  for (std::uint32_t place = 0; place < program.sweeps.size();) {
    const bool has_diagonal = program.sweeps[place].kind == Sweep::Kind::diagonal;
    const std::uint32_t first = place + (has_diagonal ? 1 : 0), end = end_of_layer(program, first);
    if (end > first) layers.push_back({place, first, end});
    place = std::max(end, place + 1);
  }
  return layers;
}

}  // namespace

bool is_plain(const Sweep& sweep) {
  const bool is_rotation = sweep.kind == Sweep::Kind::real || sweep.kind == Sweep::Kind::imaginary;
  return is_rotation && !sweep.grows && sweep.phase_slot == no_slot;
}

std::uint32_t plain_role(const Sweep& sweep) {
  return sweep.kind == Sweep::Kind::imaginary ? 0 : sweep.role;
}

bool leave_alone(const Sweep& one, const Sweep& other) {
  const auto turns = [](const Sweep& by, const Sweep& of) {
    return parity(by.flip & plain_role(of)) || parity(by.flip & of.sign);
  };
  return !turns(one, other) && !turns(other, one);
}

std::vector<CommutingLayer> layers_to_keep(const Program& program, std::size_t most_rows) {
  std::vector<CommutingLayer> layers = all_layers(program);
  std::stable_sort(layers.begin(), layers.end(), [](const CommutingLayer& a, const CommutingLayer& b) {
    return a.end - a.first_sweep > b.end - b.first_sweep;
  });
  if (const std::size_t most = most_rows / program.rows(); layers.size() > most) layers.resize(most);
  std::sort(layers.begin(), layers.end(),
            [](const CommutingLayer& a, const CommutingLayer& b) { return a.first_sweep < b.first_sweep; });
  return layers;
}

}  // namespace tacit::quantum_sim
