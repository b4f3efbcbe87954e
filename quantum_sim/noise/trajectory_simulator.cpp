#include "quantum_sim/noise/trajectory_simulator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "core/error.h"
#include "quantum_sim/circuit/value_checks.h"
#include "quantum_sim/measurement/expectation.h"
#include "quantum_sim/measurement/probabilities.h"
#include "quantum_sim/measurement/sampling.h"
#include "quantum_sim/noise/pauli_frame_simulator.h"
#include "quantum_sim/noise/trajectory.h"

namespace tacit::quantum_sim {
namespace {

struct BoundStep {
  LocalMap gate;                         ///< unless one of these
  const ChannelStep* channel = nullptr;  ///< a channel
  const Gate* classical = nullptr;       ///< a measurement or reset

  bool is_random() const noexcept { return channel != nullptr || classical != nullptr; }
};

/// Names the gate of the circuit, which a lane's rotations no longer know.
void require_finite_angles(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs,
                           std::size_t sample) {
  for (std::size_t position = 0; position < circuit.gates().size(); ++position)
    for (const Angle& angle : circuit.gates()[position].angles)
      if (const double radians = value(angle, parameters, inputs); !std::isfinite(radians))
        fail(ErrorKind::usage, "{}: its angle must be finite, but is {} for sample {}",
             describe(circuit.gates()[position], position), radians, sample);
}

/// The mean and its standard error of every `stride`-th of the values, in order.
TrajectoryEstimate summarised(std::span<const double> values, std::size_t stride) {
  const std::size_t count = (values.size() + stride - 1) / stride;
  double sum = 0, squares = 0;
  for (std::size_t place = 0; place < values.size(); place += stride) sum += values[place];
  const double mean = sum / static_cast<double>(count);
  for (std::size_t place = 0; place < values.size(); place += stride)
    squares += (values[place] - mean) * (values[place] - mean);
  return {mean, std::sqrt(squares / static_cast<double>(count - 1) / static_cast<double>(count))};
}

}  // namespace

template <class T>
struct TrajectorySimulator<T>::State {
  State(Circuit circuit_in, const NoiseModel& noise, const std::vector<Observable>& observables_in, ThreadPool* pool_in,
        Method method);

  std::vector<BoundStep> bound(std::span<const double> parameters, std::span<const double> inputs) const;
  /// Body(trajectory, t) for each t, with a state that has come through `steps` up to the first random one; in blocks
  /// that share a state.
  template <class Body>
  void for_each(const std::vector<BoundStep>& steps, std::span<const double> inputs, std::uint32_t sample,
                std::size_t count, std::uint64_t seed, Body&& body) const;
  void run_steps(std::span<const BoundStep> steps, Trajectory<T>& trajectory,
                 std::span<std::uint8_t> classical_bits) const;
  void values_of_sample(std::span<const double> parameters, std::span<const double> inputs, std::uint32_t sample,
                        std::size_t trajectories, std::uint64_t seed, std::span<double> result) const;
  /// All shots of one state, by searching its running sum.
  void draw_outcomes(const std::vector<BoundStep>& steps, std::span<const double> inputs, std::uint64_t seed,
                     std::span<std::uint64_t> outcomes) const;
  void require_call(std::span<const double> parameters, std::span<const double> inputs, std::size_t batch,
                    std::size_t trajectories) const;
  typename PauliFrameSimulator<T>::Call call(std::span<const double> parameters, std::span<const double> inputs,
                                             std::size_t batch, std::size_t trajectories, std::uint64_t seed) const {
    return {parameters, inputs, circuit.inputs(), batch, trajectories, seed};
  }

  Circuit circuit;
  std::vector<NoisyStep> steps;
  std::vector<ChannelStep> channels;  ///< in the order of the steps
  std::vector<ReadoutError> readout;
  std::vector<Observable> observables;  ///< as read
  ThreadPool* pool;
  std::optional<PauliFrameSimulator<T>> frames;
};

template <class T>
TrajectorySimulator<T>::State::State(Circuit circuit_in, const NoiseModel& noise,
                                     const std::vector<Observable>& observables_in, ThreadPool* pool_in, Method method)
    : circuit(std::move(circuit_in)),
      steps(noisy_steps(circuit, noise)),
      readout(noise.readout_errors(circuit.qubits())),
      pool(pool_in) {
  for (const Observable& observable : observables_in) {
    require_observable(observable, circuit.qubits());
    observables.push_back(as_read(observable, readout));
  }
  if (circuit.qubits() > max_state_qubits)
    fail(ErrorKind::usage, "a state vector has 1 to {} qubits, not {}", max_state_qubits, circuit.qubits());
  require_memory(std::uint64_t{sizeof(std::complex<T>)} << circuit.qubits(), available_memory(),
                 fmt::format("a state of {} qubits", circuit.qubits()));
  for (const NoisyStep& step : steps)
    if (step.channel) channels.emplace_back(step.channel, step.qubits);
  if (method == Method::gate_by_gate) return;
  if (auto built = PauliFrames::build(circuit, steps)) frames.emplace(std::move(*built), observables);
}

template <class T>
std::vector<BoundStep> TrajectorySimulator<T>::State::bound(std::span<const double> parameters,
                                                            std::span<const double> inputs) const {
  std::vector<BoundStep> result;
  std::size_t next_channel = 0;
  for (const NoisyStep& step : steps) {
    const Gate& gate = circuit.gates()[step.gate];
    if (step.channel)
      result.push_back({{}, &channels[next_channel++], nullptr});
    else if (!is_unitary(gate.kind))
      result.push_back({{}, nullptr, &gate});
    else
      result.push_back({bound_gate(gate, step.gate, parameters, inputs), nullptr, nullptr});
  }
  return result;
}

template <class T>
void TrajectorySimulator<T>::State::run_steps(std::span<const BoundStep> bound_steps, Trajectory<T>& trajectory,
                                              std::span<std::uint8_t> classical_bits) const {
  for (const BoundStep& step : bound_steps) {
    if (step.channel) {
      trajectory.apply(*step.channel);
    } else if (!step.classical) {
      trajectory.apply(step.gate);
    } else if (step.classical->kind == GateKind::reset) {
      trajectory.reset(step.classical->targets[0]);
    } else {
      const std::uint32_t qubit = step.classical->targets[0];
      const bool read = trajectory.misread(trajectory.measure(qubit), readout[qubit]);
      if (!classical_bits.empty()) classical_bits[step.classical->classical_bit] = read;
    }
  }
}

template <class T>
template <class Body>
void TrajectorySimulator<T>::State::for_each(const std::vector<BoundStep>& bound_steps, std::span<const double> inputs,
                                             std::uint32_t sample, std::size_t count, std::uint64_t seed,
                                             Body&& body) const {
  // What comes before the first random step is the same for all.
  const auto random = std::find_if(bound_steps.begin(), bound_steps.end(), [](const auto& s) { return s.is_random(); });
  Amplitudes<T> start(circuit.qubits(), pool);
  start.prepare(circuit, inputs);
  for (auto step = bound_steps.begin(); step != random; ++step) start.apply(step->gate);
  const std::span<const BoundStep> rest(random, bound_steps.end());
  const std::size_t blocks = std::min(count, pool ? 2 * (pool->size() + 1) : std::size_t{1});
  const auto run_block = [&](std::size_t block) {
    Amplitudes<T> state(circuit.qubits());
    for (std::size_t t = count * block / blocks; t < count * (block + 1) / blocks; ++t) {
      if (!rest.empty() || t == count * block / blocks) state.copy_from(start);
      Trajectory<T> trajectory(state, trajectory_stream(seed, sample, static_cast<std::uint32_t>(t)));
      body(rest, trajectory, state, t);
    }
  };
  if (pool) {
    pool->for_each(blocks, run_block);
  } else {
    for (std::size_t block = 0; block < blocks; ++block) run_block(block);
  }
}

template <class T>
void TrajectorySimulator<T>::State::values_of_sample(std::span<const double> parameters, std::span<const double> inputs,
                                                     std::uint32_t sample, std::size_t trajectories, std::uint64_t seed,
                                                     std::span<double> result) const {
  const std::size_t outputs = observables.size();
  for_each(bound(parameters, inputs), inputs, sample, trajectories, seed,
           [&](std::span<const BoundStep> rest, Trajectory<T>& trajectory, const Amplitudes<T>& state, std::size_t t) {
             run_steps(rest, trajectory, {});
             const double weight = state.weight();
             for (std::size_t k = 0; k < outputs; ++k)
               result[t * outputs + k] = expectation(state.values(), observables[k]) / weight;
           });
}

template <class T>
void TrajectorySimulator<T>::State::draw_outcomes(const std::vector<BoundStep>& bound_steps,
                                                  std::span<const double> inputs, std::uint64_t seed,
                                                  std::span<std::uint64_t> outcomes) const {
  Amplitudes<T> psi(circuit.qubits(), pool);
  psi.prepare(circuit, inputs);
  for (const BoundStep& step : bound_steps) psi.apply(step.gate);
  std::vector<double> sums = probabilities(std::span<const std::complex<T>>(psi.values()));
  std::partial_sum(sums.begin(), sums.end(), sums.begin());
  for (std::size_t shot = 0; shot < outcomes.size(); ++shot) {
    RandomStream stream = trajectory_stream(seed, 0, static_cast<std::uint32_t>(shot));
    // u < 1, so below the last sum; amplitudes of weight zero do not raise the sum and are passed over.
    const auto place = std::upper_bound(sums.begin(), sums.end() - 1, stream.uniform() * sums.back());
    outcomes[shot] = confuse(static_cast<std::uint64_t>(place - sums.begin()), readout, stream);
  }
}

template <class T>
void TrajectorySimulator<T>::State::require_call(std::span<const double> parameters, std::span<const double> inputs,
                                                 std::size_t batch, std::size_t trajectories) const {
  const std::size_t width = circuit.inputs();
  constexpr std::size_t largest = std::numeric_limits<std::uint32_t>::max();
  if (batch > largest || (width != 0 && inputs.size() / width != batch) || inputs.size() != batch * width)
    fail(ErrorKind::usage, "inputs: {} samples of {} values expected, got {} values", batch, width, inputs.size());
  if (parameters.size() != circuit.parameters())
    fail(ErrorKind::usage, "parameters: expected {} values, got {}", circuit.parameters(), parameters.size());
  for (std::size_t b = 0; b < batch; ++b)
    require_finite_angles(circuit, parameters, inputs.subspan(b * width, width), b);
  if (trajectories < 2 || trajectories >= max_trajectories)
    fail(ErrorKind::usage, "trajectories: 2 to {} of them (an error estimate needs two), not {}", max_trajectories - 1,
         trajectories);
  // Of one sample, and of all: neither product can overflow once divided.
  const std::size_t outputs = std::max<std::size_t>(observables.size(), 1);
  if (batch != 0 && trajectories > std::numeric_limits<std::size_t>::max() / 8 / outputs / batch)
    fail(ErrorKind::resource, "{} trajectories of {} samples are more values than memory can address", trajectories,
         batch);
  require_memory(std::uint64_t{8} * batch * trajectories * outputs, available_memory(),
                 fmt::format("the values of {} trajectories of {} samples", trajectories, batch));
}

template <class T>
TrajectorySimulator<T>::TrajectorySimulator(Circuit circuit, const NoiseModel& noise,
                                            std::vector<Observable> observables, ThreadPool* pool, Method method)
    : state_(std::make_unique<State>(std::move(circuit), noise, observables, pool, method)) {}
template <class T>
TrajectorySimulator<T>::~TrajectorySimulator() = default;
template <class T>
TrajectorySimulator<T>::TrajectorySimulator(TrajectorySimulator&&) noexcept = default;

template <class T>
bool TrajectorySimulator<T>::uses_pauli_frames() const noexcept {
  return state_->frames.has_value();
}

template <class T>
std::vector<double> TrajectorySimulator<T>::values(std::span<const double> parameters, std::span<const double> inputs,
                                                   std::size_t batch, std::size_t trajectories, std::uint64_t seed) {
  state_->require_call(parameters, inputs, batch, trajectories);
  const std::size_t width = state_->circuit.inputs(), block = trajectories * state_->observables.size();
  std::vector<double> result(batch * block);
  if (state_->frames) {
    state_->frames->values(state_->call(parameters, inputs, batch, trajectories, seed), state_->pool, result);
  } else {
    for (std::size_t b = 0; b < batch; ++b)
      state_->values_of_sample(parameters, inputs.subspan(b * width, width), static_cast<std::uint32_t>(b),
                               trajectories, seed, std::span(result).subspan(b * block, block));
  }
  return result;
}

template <class T>
std::vector<TrajectoryEstimate> TrajectorySimulator<T>::run(std::span<const double> parameters,
                                                            std::span<const double> inputs, std::size_t batch,
                                                            std::size_t trajectories, std::uint64_t seed) {
  const std::vector<double> all = values(parameters, inputs, batch, trajectories, seed);
  const std::size_t outputs = state_->observables.size(), block = trajectories * outputs;
  std::vector<TrajectoryEstimate> result;
  for (std::size_t b = 0; b < batch; ++b)
    for (std::size_t k = 0; k < outputs; ++k)
      result.push_back(summarised(std::span(all).subspan(b * block + k, block - k), outputs));
  return result;
}

template <class T>
void TrajectorySimulator<T>::gradient(std::span<const double> parameters, std::span<const double> inputs,
                                      std::size_t batch, std::size_t trajectories, std::uint64_t seed,
                                      std::span<const double> upstream, std::span<double> gradient_parameters,
                                      std::span<double> gradient_inputs) {
  state_->require_call(parameters, inputs, batch, trajectories);
  if (!state_->frames)
    fail(ErrorKind::usage,
         "gradients by trajectories need Pauli noise and a circuit without measurement; use parameter shifts of "
         "DensityMatrixSimulator");
  if (upstream.size() != batch * state_->observables.size())
    fail(ErrorKind::usage, "upstream: expected {} values, got {}", batch * state_->observables.size(), upstream.size());
  if (gradient_parameters.size() != parameters.size() || gradient_inputs.size() != inputs.size())
    fail(ErrorKind::usage, "gradients: expected {} and {} values, got {} and {}", parameters.size(), inputs.size(),
         gradient_parameters.size(), gradient_inputs.size());
  state_->frames->gradient(state_->call(parameters, inputs, batch, trajectories, seed), state_->pool, upstream,
                           gradient_parameters, gradient_inputs);
}

template <class T>
typename TrajectorySimulator<T>::Shots TrajectorySimulator<T>::shots(std::span<const double> parameters,
                                                                     std::span<const double> inputs, std::size_t count,
                                                                     std::uint64_t seed) const {
  const State& state = *state_;
  require_values(state.circuit, parameters, inputs);
  if (count == 0 || count >= max_trajectories)
    fail(ErrorKind::usage, "shots: 1 to {} of them, not {}", max_trajectories - 1, count);
  const std::size_t bits = state.circuit.classical_bits();
  require_memory((std::uint64_t{8} + bits) * count, available_memory(), fmt::format("{} shots", count));
  Shots result{std::vector<std::uint64_t>(count), std::vector<std::uint8_t>(count * bits)};
  const std::vector<BoundStep> bound = state.bound(parameters, inputs);
  if (std::none_of(bound.begin(), bound.end(), [](const BoundStep& step) { return step.is_random(); })) {
    state.draw_outcomes(bound, inputs, seed, result.outcomes);
    return result;
  }
  state.for_each(
      bound, inputs, 0, count, seed,
      [&](std::span<const BoundStep> rest, Trajectory<T>& trajectory, const Amplitudes<T>& psi, std::size_t shot) {
        state.run_steps(rest, trajectory, std::span(result.classical_bits).subspan(shot * bits, bits));
        const double u = trajectory.stream().uniform();
        const auto weight = [&](std::size_t j) { return std::norm(std::complex<double>(psi.values()[j])); };
        const std::uint64_t outcome = outcome_at(u, psi.size(), psi.weight(), weight);
        result.outcomes[shot] = confuse(outcome, state.readout, trajectory.stream());
      });
  return result;
}

template class TrajectorySimulator<float>;
template class TrajectorySimulator<double>;

}  // namespace tacit::quantum_sim
