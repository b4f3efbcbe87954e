#include "quantum_sim/noise/density_matrix_simulator.h"

#include <array>
#include <optional>
#include <utility>

#include "core/error.h"
#include "quantum_sim/circuit/value_checks.h"
#include "quantum_sim/measurement/expectation.h"

namespace tacit::quantum_sim {
namespace {

using Matrix = Channel::Matrix;

/// left * right, square.
Matrix multiplied(const Matrix& left, const Matrix& right, std::size_t rows) {
  Matrix result(rows * rows);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t k = 0; k < rows; ++k)
      for (std::size_t column = 0; column < rows; ++column)
        result[row * rows + column] += left[row * rows + k] * right[k * rows + column];
  return result;
}

/// U (x) conj(U) of one qubit, on the index ket + 2 bra.
Matrix superoperator_of_gate(const LocalMap& map) {
  const bool is_diagonal = map.form == LocalMap::Form::diagonal;
  const Matrix u = is_diagonal ? Matrix{map.entries[0], 0, 0, map.entries[1]} : map.entries;
  Matrix result(16);
  for (std::size_t to = 0; to < 4; ++to)
    for (std::size_t from = 0; from < 4; ++from)
      result[4 * to + from] = u[2 * (to & 1) + (from & 1)] * std::conj(u[2 * (to >> 1) + (from >> 1)]);
  return result;
}

/// Applies steps in order, but keeps what happens to single qubits until another step touches them.
class Execution {
 public:
  explicit Execution(DensityMatrix& rho) : rho_(rho), waiting_(rho.qubits()) {}

  void apply(const Gate& gate, std::size_t position, std::span<const double> parameters,
             std::span<const double> inputs) {
    if (gate.kind == GateKind::measure) return flush(gate.targets[0]), rho_.measure(gate.targets[0]);
    if (gate.kind == GateKind::reset) return flush(gate.targets[0]), rho_.reset(gate.targets[0]);
    const LocalMap map = bound_gate(gate, position, parameters, inputs);
    if (map.targets.size() == 1 && map.controls == 0 && map.form != LocalMap::Form::pauli)
      return wait(gate.targets[0], superoperator_of_gate(map));
    for (const std::uint32_t target : gate.targets) flush(target);
    for (const std::uint32_t control : gate.controls) flush(control);
    rho_.apply(map);
  }

  void apply(const Channel& channel, const std::vector<std::uint32_t>& qubits) {
    if (qubits.size() == 1) return wait(qubits[0], channel.superoperator());
    for (const std::uint32_t qubit : qubits) flush(qubit);
    rho_.apply(channel, qubits);
  }

  void finish() {
    for (std::uint32_t qubit = 0; qubit < waiting_.size(); ++qubit) flush(qubit);
  }

 private:
  void wait(std::uint32_t qubit, Matrix superoperator) {
    std::optional<Matrix>& earlier = waiting_[qubit];
    earlier = earlier ? multiplied(superoperator, *earlier, 4) : std::move(superoperator);
  }
  void flush(std::uint32_t qubit) {
    if (waiting_[qubit]) rho_.apply_superoperator({&qubit, 1}, *waiting_[qubit]);
    waiting_[qubit].reset();
  }

  DensityMatrix& rho_;
  std::vector<std::optional<Matrix>> waiting_;  ///< by qubit
};

void prepare(DensityMatrix& rho, const Circuit& circuit, std::span<const double> inputs) {
  if (circuit.encoded_amplitudes() == 0) return;
  Amplitudes<double> state(circuit.qubits());
  state.prepare(circuit, inputs);
  rho.set_pure(state.values());
}

}  // namespace

DensityMatrixSimulator::DensityMatrixSimulator(Circuit circuit, const NoiseModel& noise,
                                               std::vector<Observable> observables, ThreadPool* pool)
    : circuit_(std::move(circuit)),
      steps_(noisy_steps(circuit_, noise)),
      readout_(noise.readout_errors(circuit_.qubits())),
      pool_(pool) {
  for (const Observable& observable : observables) {
    require_observable(observable, circuit_.qubits());
    observables_.push_back(as_read(observable, readout_));
  }
  // Refused here, not in the first call.
  DensityMatrix::require_room(circuit_.qubits());
}

DensityMatrix DensityMatrixSimulator::final_state(std::span<const double> parameters,
                                                  std::span<const double> inputs) const {
  require_values(circuit_, parameters, inputs);
  DensityMatrix rho(circuit_.qubits(), pool_);
  prepare(rho, circuit_, inputs);
  Execution execution(rho);
  for (const NoisyStep& step : steps_) {
    if (step.channel)
      execution.apply(*step.channel, step.qubits);
    else
      execution.apply(circuit_.gates()[step.gate], step.gate, parameters, inputs);
  }
  execution.finish();
  return rho;
}

std::vector<double> DensityMatrixSimulator::operator()(std::span<const double> parameters,
                                                       std::span<const double> inputs) const {
  const DensityMatrix rho = final_state(parameters, inputs);
  std::vector<double> outputs;
  for (const Observable& observable : observables_) outputs.push_back(rho.expectation(observable));
  return outputs;
}

std::vector<double> DensityMatrixSimulator::run(std::span<const double> parameters, std::span<const double> inputs,
                                                std::size_t batch) const {
  const std::size_t width = circuit_.inputs();
  if ((width != 0 && inputs.size() / width != batch) || inputs.size() != batch * width)
    fail(ErrorKind::usage, "inputs: {} samples of {} values expected, got {} values", batch, width, inputs.size());
  std::vector<double> results;
  for (std::size_t b = 0; b < batch; ++b) {
    const std::vector<double> outputs = (*this)(parameters, inputs.subspan(b * width, width));
    results.insert(results.end(), outputs.begin(), outputs.end());
  }
  return results;
}

std::vector<double> DensityMatrixSimulator::probabilities(std::span<const double> parameters,
                                                          std::span<const double> inputs) const {
  std::vector<double> result = final_state(parameters, inputs).probabilities();
  confuse(result, readout_);
  return result;
}

}  // namespace tacit::quantum_sim
