#include "quantum_sim/noise/noise_model.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "quantum_sim/measurement/probabilities.h"

namespace tacit::quantum_sim {
namespace {

std::vector<std::uint32_t> qubits_of_gate(const Gate& gate) {
  std::vector<std::uint32_t> qubits = gate.targets;
  qubits.insert(qubits.end(), gate.controls.begin(), gate.controls.end());
  return qubits;
}

bool matches(const GateFilter& filter, const Gate& gate, const std::vector<std::uint32_t>& qubits) {
  if (filter.kind ? *filter.kind != gate.kind : !is_unitary(gate.kind)) return false;
  if (filter.qubit_count && *filter.qubit_count != qubits.size()) return false;
  return filter.qubits.empty() || filter.qubits == qubits;
}

/// Builds the list of steps, gate by gate, and knows how far each qubit has come.
class StepList {
 public:
  StepList(const Circuit& circuit, const NoiseModel& noise)
      : circuit_(circuit), noise_(noise), layers_(circuit.qubits(), 0) {}

  void add_gate(std::size_t position) {
    const std::vector<std::uint32_t> qubits = qubits_of_gate(circuit_.gates()[position]);
    std::size_t layer = 0;
    for (const std::uint32_t qubit : qubits) layer = std::max(layer, layers_[qubit]);
    for (const std::uint32_t qubit : qubits) {
      rest_until(layer, qubit, position);
      layers_[qubit] = layer + 1;
    }
    steps_.push_back({position, nullptr, {}});
    for (const NoiseModel::Rule& rule : noise_.rules())
      if (matches(rule.filter, circuit_.gates()[position], qubits)) add_channel(rule.channel, qubits, position);
  }

  std::vector<NoisyStep> finish() {
    const std::size_t last = *std::max_element(layers_.begin(), layers_.end());
    for (std::uint32_t qubit = 0; qubit < circuit_.qubits(); ++qubit)
      rest_until(last, qubit, std::max<std::size_t>(circuit_.gates().size(), 1) - 1);
    return std::move(steps_);
  }

 private:
  void rest_until(std::size_t layer, std::uint32_t qubit, std::size_t position) {
    if (!noise_.idle()) return;
    for (std::size_t at = layers_[qubit]; at < layer; ++at) steps_.push_back({position, noise_.idle(), {qubit}});
  }

  void add_channel(const std::shared_ptr<const Channel>& channel, const std::vector<std::uint32_t>& qubits,
                   std::size_t position) {
    if (channel->qubits() == 1) {
      for (const std::uint32_t qubit : qubits) steps_.push_back({position, channel, {qubit}});
      return;
    }
    if (channel->qubits() != qubits.size())
      fail(ErrorKind::usage, "{}: channel '{}' acts on {} qubits together, the gate has {}; filter by qubit_count",
           describe(circuit_.gates()[position], position), channel->name(), channel->qubits(), qubits.size());
    steps_.push_back({position, channel, qubits});
  }

  const Circuit& circuit_;
  const NoiseModel& noise_;
  std::vector<std::size_t> layers_;  ///< by qubit: layers it has come through
  std::vector<NoisyStep> steps_;
};

}  // namespace

NoiseModel& NoiseModel::after(GateFilter filter, Channel channel) {
  rules_.push_back({std::move(filter), std::make_shared<const Channel>(std::move(channel))});
  return *this;
}

NoiseModel& NoiseModel::on_idle(Channel channel) {
  if (channel.qubits() != 1)
    fail(ErrorKind::usage, "idle noise: channel '{}' acts on {} qubits, a resting qubit is one", channel.name(),
         channel.qubits());
  idle_ = std::make_shared<const Channel>(std::move(channel));
  return *this;
}

NoiseModel& NoiseModel::readout(std::uint32_t qubit, const ReadoutError& error) {
  require_valid(error, qubit);
  if (qubit >= Circuit::max_qubits)
    fail(ErrorKind::usage, "readout error: a circuit has at most {} qubits, there is no qubit {}", Circuit::max_qubits,
         qubit);
  if (readout_.size() <= qubit) readout_.resize(qubit + 1);
  readout_[qubit] = error;
  return *this;
}

NoiseModel& NoiseModel::readout(const ReadoutError& error) {
  require_valid(error, 0);
  default_readout_ = error;
  return *this;
}

std::vector<ReadoutError> NoiseModel::readout_errors(std::uint32_t qubits) const {
  if (readout_.size() > qubits)
    fail(ErrorKind::usage, "readout error: qubit {} is out of range, the circuit has qubits 0 to {}",
         readout_.size() - 1, qubits - 1);
  std::vector<ReadoutError> errors(qubits, default_readout_);
  for (std::size_t qubit = 0; qubit < readout_.size(); ++qubit)
    if (readout_[qubit]) errors[qubit] = *readout_[qubit];
  return errors;
}

std::vector<NoisyStep> noisy_steps(const Circuit& circuit, const NoiseModel& noise) {
  for (const NoiseModel::Rule& rule : noise.rules())
    require_distinct("a noise rule's filter", rule.filter.qubits, circuit.qubits());
  noise.readout_errors(circuit.qubits());
  StepList list(circuit, noise);
  for (std::size_t position = 0; position < circuit.gates().size(); ++position) list.add_gate(position);
  return list.finish();
}

}  // namespace tacit::quantum_sim
