#include "quantum_sim/analysis/lie/g_sim.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/analysis/lie/g_sim_angles.h"
#include "quantum_sim/analysis/lie/g_sim_kernels.h"
#include "quantum_sim/analysis/lie/g_sim_plan.h"
#include "quantum_sim/analysis/lie/lie_anticommutation.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/sizes.h"

namespace tacit::quantum_sim {
namespace {

void require_observables(const std::vector<PauliSum>& observables, std::uint32_t qubits) {
  for (std::size_t place = 0; place < observables.size(); ++place)
    require_valid(observables[place], qubits, fmt::format("observable {}", place));
}

double inner(const double* left, const double* right, std::size_t count) {
  double sum = 0;
  for (std::size_t place = 0; place < count; ++place) sum += left[place] * right[place];
  return sum;
}

void add_scaled(double* sum, double weight, const double* values, std::size_t count) {
  for (std::size_t place = 0; place < count; ++place) sum[place] += weight * values[place];
}

}  // namespace

struct LieSimulator::State {
  State(PauliCircuit given, const std::vector<PauliSum>& observables, std::size_t limit, std::size_t amplitudes)
      : circuit(std::move(given)),
        encoded_amplitudes(amplitudes),
        plan(plan_planes(circuit, observables, limit)),
        angles(circuit) {
    const std::size_t dimension = plan.basis.size();
    duals.ensure(plan.observed.size() * dimension, "the observables of g-sim");
    pair.ensure(2 * dimension, "the vectors of g-sim");
    mixed.ensure(dimension, "the vectors of g-sim");
    rates.resize(circuit.rotations().size());
  }

  std::size_t dimension() const { return plan.basis.size(); }
  std::size_t outputs() const { return plan.observed.size(); }
  double* dual(std::size_t output) { return duals.get() + output * dimension(); }

  PlaneProgram program() const { return {&plan, angles.cosine(), angles.sine()}; }

  void require_sources(std::span<const double> parameters, std::span<const double> inputs) const {
    require_size("parameters", parameters, circuit.parameters());
    require_size("inputs", inputs, circuit.inputs());
  }

  void require_snapshots(std::span<const double> snapshots, std::size_t batch) const {
    constexpr std::size_t most = std::size_t{1} << 40;
    if (batch > most) fail(ErrorKind::usage, "batch: {} samples are more than {}", batch, most);
    require_size("snapshots", snapshots, batch * dimension());
  }

  // Heisenberg pictures of all observables.
  void evolve_duals(std::span<const double> parameters, std::span<const double> inputs) {
    angles.set(parameters, inputs);
    for (std::size_t output = 0; output < outputs(); ++output) {
      std::copy(plan.observed[output].begin(), plan.observed[output].end(), dual(output));
      run_dual(program(), 0, dual(output));
    }
  }

  void measure(const double* snapshots, std::size_t batch, std::span<double> result) {
    for (std::size_t sample = 0; sample < batch && !result.empty(); ++sample)
      for (std::size_t output = 0; output < outputs(); ++output)
        result[sample * outputs() + output] = inner(snapshots + sample * dimension(), dual(output), dimension());
  }

  // rates of value . R . dual, both before the circuit.
  void differentiate(const double* value, const double* at_start) {
    for (std::size_t place = 0; place < dimension(); ++place) {
      pair.get()[2 * place] = value[place];
      pair.get()[2 * place + 1] = at_start[place];
    }
    run_gradient(program(), pair.get(), rates.data());
  }

  // Few callers need them, so they wait for the first.
  void prepare_rows() {
    if (rows_are_ready) return;
    rows.ensure(dimension() * row_lanes, "a block of gradient rows of g-sim");
    row_weights.ensure(rates.size() * row_lanes, "the weights of gradient rows of g-sim");
    rows_are_ready = true;
  }

  // d angle_k / d theta for `lanes` parameters from `first` on; one more than the last rotation that reads one of them.
  std::size_t set_row_weights(std::size_t first, std::size_t lanes, std::span<const double> parameters,
                              std::span<const double> inputs) {
    std::fill(row_weights.get(), row_weights.get() + rates.size() * row_lanes, 0);
    std::size_t end = 0;
    for (std::size_t rotation = 0; rotation < rates.size(); ++rotation)
      angles.for_each_parameter(rotation, parameters, inputs, [&](std::size_t index, double rate) {
        if (index < first || index >= first + lanes) return;
        row_weights.get()[rotation * row_lanes + index - first] += rate;
        end = rotation + 1;
      });
    return end;
  }

  PauliCircuit circuit;
  std::size_t encoded_amplitudes;  // that the circuit of gates starts from, if not from |0...0>
  PlanePlan plan;
  GSimAngles angles;
  AlignedArray<double> duals;        // [outputs][basis]
  AlignedArray<double> pair;         // [basis][2]
  AlignedArray<double> mixed;        // [basis]
  AlignedArray<double> rows;         // [basis][row_lanes]
  AlignedArray<double> row_weights;  // [rotations][row_lanes]
  bool rows_are_ready = false;
  std::vector<double> rates;
};

LieSimulator::LieSimulator(PauliCircuit circuit, std::vector<PauliSum> observables, const LieLimits& limits) {
  require_observables(observables, circuit.qubits());
  state_ = std::make_unique<State>(std::move(circuit), observables, limits.max_dimension, 0);
}

LieSimulator::LieSimulator(const Circuit& circuit, const std::vector<Observable>& observables,
                           const LieLimits& limits) {
  ObservedPauliCircuit lowered = lower_to_strings(circuit, observables);
  state_ = std::make_unique<State>(std::move(lowered.circuit), lowered.observables, limits.max_dimension,
                                   circuit.encoded_amplitudes());
}

LieSimulator::~LieSimulator() = default;
LieSimulator::LieSimulator(LieSimulator&&) noexcept = default;

const PauliCircuit& LieSimulator::circuit() const noexcept {
  return state_->circuit;
}
std::size_t LieSimulator::dimension() const noexcept {
  return state_->dimension();
}
const PauliStringSet& LieSimulator::basis() const noexcept {
  return state_->plan.basis;
}
std::size_t LieSimulator::outputs() const noexcept {
  return state_->outputs();
}
std::size_t LieSimulator::turns() const noexcept {
  return state_->plan.turns;
}

void LieSimulator::zero_snapshot(std::span<double> snapshot) const {
  if (state_->encoded_amplitudes > 0)
    fail(ErrorKind::usage,
         "the circuit starts from {} encoded amplitudes, not from |0...0>: its snapshot is what a state-vector "
         "simulator gives for basis_observables()",
         state_->encoded_amplitudes);
  require_size("snapshot", snapshot, dimension());
  const std::size_t half = basis().half();
  for (std::size_t place = 0; place < dimension(); ++place) {
    const std::uint64_t* const x = basis().words(place);
    snapshot[place] = std::all_of(x, x + half, [](std::uint64_t word) { return word == 0; }) ? 1 : 0;
  }
}

void LieSimulator::product_snapshot(std::span<const BlochVector> qubits, std::span<double> snapshot) const {
  require_size("qubits", qubits, circuit().qubits());
  require_size("snapshot", snapshot, dimension());
  for (std::size_t qubit = 0; qubit < qubits.size(); ++qubit) {
    const auto& [x, y, z] = qubits[qubit];
    if (!(x * x + y * y + z * z <= 1 + 1e-9))
      fail(ErrorKind::usage, "the Bloch vector ({}, {}, {}) of qubit {} must have a length of at most 1", x, y, z,
           qubit);
  }
  const std::size_t half = basis().half();
  std::vector<std::uint64_t> support(half);
  for (std::size_t place = 0; place < dimension(); ++place) {
    const std::uint64_t* const words = basis().words(place);
    for (std::size_t word = 0; word < half; ++word) support[word] = words[word] | words[half + word];
    double product = 1;
    for_each_bit(support.data(), half, [&](std::size_t qubit) {
      const std::uint64_t x = words[qubit / 64] >> qubit % 64 & 1, z = words[half + qubit / 64] >> qubit % 64 & 1;
      product *= qubits[qubit][x && z ? 1 : x ? 0 : 2];
    });
    snapshot[place] = product;
  }
}

std::vector<Observable> LieSimulator::basis_observables() const {
  if (circuit().qubits() > Circuit::max_qubits)
    fail(ErrorKind::usage, "observables of circuits have masks of at most {} qubits, these strings are on {}",
         Circuit::max_qubits, circuit().qubits());
  std::vector<Observable> result;
  for (std::size_t place = 0; place < dimension(); ++place)
    result.push_back({{{1.0, basis().words(place)[0], basis().words(place)[1]}}});
  return result;
}

void LieSimulator::forward(std::span<const double> parameters, std::span<const double> inputs,
                           std::span<const double> snapshots, std::size_t batch, std::span<double> outputs) {
  state_->require_sources(parameters, inputs);
  state_->require_snapshots(snapshots, batch);
  require_size("outputs", outputs, batch * this->outputs());
  state_->evolve_duals(parameters, inputs);
  state_->measure(snapshots.data(), batch, outputs);
}

void LieSimulator::backward(std::span<const double> parameters, std::span<const double> inputs,
                            std::span<const double> snapshots, std::size_t batch, std::span<const double> upstream,
                            std::span<double> outputs, const Gradients& gradients) {
  State& state = *state_;
  const std::size_t dimension = state.dimension(), count = state.outputs();
  state.require_sources(parameters, inputs);
  state.require_snapshots(snapshots, batch);
  require_size("upstream", upstream, batch * count);
  require_size_or_empty("outputs", outputs, batch * count);
  require_size_or_empty("gradient_parameters", gradients.parameters, parameters.size());
  require_size_or_empty("gradient_inputs", gradients.inputs, inputs.size());
  require_size_or_empty("gradient_snapshots", gradients.snapshots, snapshots.size());
  state.evolve_duals(parameters, inputs);
  state.measure(snapshots.data(), batch, outputs);

  std::fill(gradients.snapshots.begin(), gradients.snapshots.end(), 0);
  for (std::size_t sample = 0; sample < batch && !gradients.snapshots.empty(); ++sample)
    for (std::size_t output = 0; output < count; ++output)
      add_scaled(gradients.snapshots.data() + sample * dimension, upstream[sample * count + output], state.dual(output),
                 dimension);

  std::fill(gradients.parameters.begin(), gradients.parameters.end(), 0);
  std::fill(gradients.inputs.begin(), gradients.inputs.end(), 0);
  if (gradients.parameters.empty() && gradients.inputs.empty()) return;
  // C = sum_{b,k} w[b,k] l_k . R e_b is bilinear: mixing the side with more members leaves as many passes as the other
  // side has.
  const bool mixes_samples = batch >= count;
  double* const mixed = state.mixed.get();
  for (std::size_t pass = 0; pass < std::min(batch, count); ++pass) {
    std::fill(mixed, mixed + dimension, 0);
    if (mixes_samples) {
      for (std::size_t sample = 0; sample < batch; ++sample)
        add_scaled(mixed, upstream[sample * count + pass], snapshots.data() + sample * dimension, dimension);
      state.differentiate(mixed, state.dual(pass));
    } else {
      for (std::size_t output = 0; output < count; ++output)
        add_scaled(mixed, upstream[pass * count + output], state.dual(output), dimension);
      state.differentiate(snapshots.data() + pass * dimension, mixed);
    }
    state.angles.add_gradient(state.rates.data(), parameters, inputs, gradients.parameters, gradients.inputs);
  }
}

void LieSimulator::gradient_rows(std::span<const double> parameters, std::span<const double> inputs,
                                 std::span<const double> weights, std::span<double> rows) {
  State& state = *state_;
  const std::size_t dimension = state.dimension();
  state.require_sources(parameters, inputs);
  require_size("weights", weights, state.outputs());
  require_size("rows", rows, parameters.size() * dimension);
  state.angles.set(parameters, inputs);
  state.prepare_rows();
  for (std::size_t first = 0; first < parameters.size(); first += row_lanes) {
    const std::size_t lanes = std::min(row_lanes, parameters.size() - first);
    const std::size_t end = state.set_row_weights(first, lanes, parameters, inputs);
    double* const dual = state.mixed.get();
    std::fill(dual, dual + dimension, 0);
    for (std::size_t output = 0; output < state.outputs(); ++output)
      add_scaled(dual, weights[output], state.plan.observed[output].data(), dimension);
    std::fill(state.rows.get(), state.rows.get() + dimension * row_lanes, 0);
    run_gradient_rows(state.program(), end, state.row_weights.get(), dual, state.rows.get());
    for (std::size_t lane = 0; lane < lanes; ++lane)
      for (std::size_t place = 0; place < dimension; ++place)
        rows[(first + lane) * dimension + place] = state.rows.get()[place * row_lanes + lane];
  }
}

}  // namespace tacit::quantum_sim
