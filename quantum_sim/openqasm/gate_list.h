#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "quantum_sim/circuit/gate.h"
#include "quantum_sim/openqasm/place.h"
#include "quantum_sim/openqasm/standard_gates.h"
#include "quantum_sim/openqasm/steps.h"

namespace tacit::quantum_sim::openqasm {

/// What is around a gate where it is expanded.
struct Context {
  std::vector<std::uint32_t> controls;
  bool inverse = false;
  std::size_t depth = 0;
};

/// The gates of the circuit so far. Everything throws Error(data) at max_gates and on an angle that is not finite.
class GateList {
 public:
  /// Both must outlive it.
  GateList(const std::string& origin, Steps& steps) : origin_(origin), steps_(steps) {}

  /// The gate with these controls before its own.
  void push(Gate gate, const std::vector<std::uint32_t>& controls, Place place);
  /// What a standard gate stands for, within its context.
  void append(const Expansion& expansion, const Context& context, Place place);
  /// exp(i phase) on the subspace that the context's controls leave; nothing without them.
  void append_phase(Angle phase, const Context& context, Place place);

  std::vector<Gate> take() && { return std::move(gates_); }

 private:
  const std::string& origin_;
  Steps& steps_;
  std::vector<Gate> gates_;
};

}  // namespace tacit::quantum_sim::openqasm
