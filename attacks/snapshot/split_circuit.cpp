#include "attacks/snapshot/split_circuit.h"

#include "core/error.h"
#include "models/graph.h"

namespace tacit::attacks {

using quantum_sim::Angle;
using quantum_sim::Circuit;
using quantum_sim::Gate;

namespace {

bool reads(const Gate& gate, Angle::Source source) {
  for (const Angle& angle : gate.angles)
    if (angle.reads(source)) return true;
  return false;
}

}  // namespace

SplitCircuit split_at_encoding(const Circuit& circuit) {
  const auto& gates = circuit.gates();
  std::size_t end = 0;
  for (std::size_t place = 0; place < gates.size(); ++place)
    if (reads(gates[place], Angle::Source::input)) end = place + 1;
  if (end == 0 && circuit.encoded_amplitudes() == 0)
    fail(ErrorKind::configuration, "the snapshot attack needs an encoding, and this circuit reads no input");
  SplitCircuit split{Circuit(circuit.qubits()), Circuit(circuit.qubits())};
  if (circuit.encoded_amplitudes() > 0) split.encoding.encode_amplitudes(circuit.encoded_amplitudes());
  for (std::size_t place = 0; place < gates.size(); ++place) {
    if (place < end && reads(gates[place], Angle::Source::parameter))
      fail(ErrorKind::configuration,
           "the snapshot attack needs all inputs encoded before the first parameter, and {} reads one while a later "
           "gate still encodes an input",
           describe(gates[place], place));
    (place < end ? split.encoding : split.ansatz).append(gates[place]);
  }
  if (split.ansatz.parameters() == 0)
    fail(ErrorKind::configuration, "the snapshot attack needs a gradient, and this circuit has no parameters");
  return split;
}

const models::Quantum<double>& snapshot_layer(const models::Model<double>& model) {
  const auto& nodes = model.graph().nodes();
  const auto* layer = dynamic_cast<const models::Quantum<double>*>(nodes.front().layer.get());
  if (nodes.size() != 1 || layer == nullptr)
    fail(ErrorKind::configuration,
         "the snapshot attack needs a model of one quantum layer, and this model has {} layers, the first of type '{}'",
         nodes.size(), nodes.front().layer->type());
  return *layer;
}

}  // namespace tacit::attacks
