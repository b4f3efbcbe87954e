#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/noise/channel.h"
#include "quantum_sim/noise/readout.h"

namespace tacit::quantum_sim {

/// Which gates a channel follows; what is not set matches all. Measurement and reset count as gates only when their
/// kind is named.
struct GateFilter {
  std::optional<GateKind> kind = {};
  std::optional<std::size_t> qubit_count = {};  ///< targets and controls together
  std::vector<std::uint32_t> qubits = {};       ///< targets, then controls, in the gate's order; empty matches all
};

/// Where noise strikes. All rules that match a gate apply, in the order in which they were added: a channel on one
/// qubit strikes each of the gate's qubits (targets, then controls), one on k qubits the gate's k qubits together.
class NoiseModel {
 public:
  NoiseModel& after(GateFilter filter, Channel channel);
  NoiseModel& after_every_gate(Channel channel) { return after({}, std::move(channel)); }
  /// Gates are placed in layers, each as early as its qubits allow; a qubit that rests through a layer in which the
  /// circuit goes on suffers this channel (of one qubit) once. Also after its last gate, until the last layer.
  NoiseModel& on_idle(Channel channel);
  NoiseModel& readout(std::uint32_t qubit, const ReadoutError& error);
  /// Of all qubits that have none of their own.
  NoiseModel& readout(const ReadoutError& error);

  struct Rule {
    GateFilter filter;
    std::shared_ptr<const Channel> channel;
  };
  const std::vector<Rule>& rules() const noexcept { return rules_; }
  const std::shared_ptr<const Channel>& idle() const noexcept { return idle_; }
  std::vector<ReadoutError> readout_errors(std::uint32_t qubits) const;

 private:
  std::vector<Rule> rules_;
  std::shared_ptr<const Channel> idle_;
  std::vector<std::optional<ReadoutError>> readout_;
  ReadoutError default_readout_;
};

/// A gate of the circuit, or a channel on some qubits.
struct NoisyStep {
  std::size_t gate = 0;                    ///< its position; of a channel, that of the gate it follows or waits for
  std::shared_ptr<const Channel> channel;  ///< null for the gate itself
  std::vector<std::uint32_t> qubits;       ///< of a channel
};

/// Gates and channels in order. Throws Error(usage) that names gate and channel if a channel on several qubits is to
/// follow a gate on another number of qubits, and if readout errors or filters name qubits the circuit does not have.
std::vector<NoisyStep> noisy_steps(const Circuit& circuit, const NoiseModel& noise);

}  // namespace tacit::quantum_sim
