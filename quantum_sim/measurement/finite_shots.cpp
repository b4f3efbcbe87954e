#include "quantum_sim/measurement/finite_shots.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/error.h"
#include "quantum_sim/circuit/value_checks.h"
#include "quantum_sim/measurement/expectation.h"
#include "quantum_sim/measurement/probabilities.h"
#include "quantum_sim/measurement/sampling.h"

namespace tacit::quantum_sim {
namespace {

/// H takes X to Z; S-dagger first takes Y to X. Together: rows <+i| and <-i|.
LocalMap basis_change(std::uint32_t qubit, bool is_y) {
  const double half = std::sqrt(0.5);
  LocalMap map;
  map.targets = {qubit};
  if (is_y)
    map.entries = {half, {0, -half}, half, {0, half}};
  else
    map.entries = {half, half, half, -half};
  return map;
}

template <class T>
std::vector<double> outcome_probabilities(std::span<const std::complex<T>> state, const MeasurementSetting& setting,
                                          Amplitudes<T>& scratch) {
  if (setting.x_mask == 0) return probabilities(state);
  std::copy(state.begin(), state.end(), scratch.values().begin());
  for (std::uint32_t qubit = 0; qubit < scratch.qubits(); ++qubit)
    if (setting.x_mask >> qubit & 1) scratch.apply(basis_change(qubit, setting.z_mask >> qubit & 1));
  return probabilities(std::span<const std::complex<T>>(scratch.values()));
}

/// sum_t c_t (-1)^parity of the outcome over the term's qubits: one shot's value of all terms of a setting.
double outcome_value(std::uint64_t outcome, const Observable& observable, const MeasurementSetting& setting) {
  double value = 0;
  for (const std::size_t index : setting.terms) {
    const PauliTerm& term = observable.terms[index];
    value += parity(outcome & (term.x_mask | term.z_mask)) ? -term.coefficient : term.coefficient;
  }
  return value;
}

struct Moments {
  double mean, centred_squares, weight;
};

/// Of `count` values with weights, in two passes.
template <class Weight, class Value>
Moments moments(std::size_t count, Weight&& weight, Value&& value) {
  Moments result{};
  for (std::size_t i = 0; i < count; ++i) {
    result.weight += weight(i);
    result.mean += weight(i) * value(i);
  }
  result.mean /= result.weight;
  for (std::size_t i = 0; i < count; ++i) {
    const double difference = value(i) - result.mean;
    result.centred_squares += weight(i) * difference * difference;
  }
  return result;
}

template <class T>
void require_state(std::span<const std::complex<T>> state, const Observable& observable, const Amplitudes<T>& scratch) {
  if (state.size() != scratch.size())
    fail(ErrorKind::usage, "shots: a state of {} amplitudes, a scratch state of {}", state.size(), scratch.size());
  require_observable(observable, scratch.qubits());
}

}  // namespace

template <class T>
ShotEstimate estimate(std::span<const std::complex<T>> state, const Observable& observable, const MeasurementPlan& plan,
                      std::span<const std::size_t> shots, RandomStream& stream, Amplitudes<T>& scratch) {
  require_state(state, observable, scratch);
  ShotEstimate result{plan.constant, 0, 0};
  for (std::size_t index = 0; index < plan.settings.size(); ++index) {
    const MeasurementSetting& setting = plan.settings[index];
    const auto counts = sample_counts(outcome_probabilities(state, setting, scratch), shots[index], stream);
    const Moments drawn = moments(
        counts.size(), [&](std::size_t i) { return static_cast<double>(counts[i].shots); },
        [&](std::size_t i) { return outcome_value(counts[i].outcome, observable, setting); });
    result.mean += drawn.mean;
    result.variance += drawn.centred_squares / (drawn.weight - 1) / drawn.weight;
    result.shots += shots[index];
  }
  return result;
}

template <class T>
double exact_variance(std::span<const std::complex<T>> state, const Observable& observable, const MeasurementPlan& plan,
                      std::span<const std::size_t> shots, Amplitudes<T>& scratch) {
  require_state(state, observable, scratch);
  double variance = 0;
  for (std::size_t index = 0; index < plan.settings.size(); ++index) {
    const MeasurementSetting& setting = plan.settings[index];
    const std::vector<double> weights = outcome_probabilities(state, setting, scratch);
    const Moments all = moments(
        weights.size(), [&](std::size_t outcome) { return weights[outcome]; },
        [&](std::size_t outcome) { return outcome_value(outcome, observable, setting); });
    variance += all.centred_squares / all.weight / static_cast<double>(shots[index]);
  }
  return variance;
}

template <class T>
ShotSimulator<T>::ShotSimulator(Circuit circuit, std::vector<Observable> observables, std::size_t shots,
                                ShotAllocation allocation, ThreadPool* pool)
    : circuit_(std::move(circuit)), observables_(std::move(observables)), pool_(pool) {
  if (!circuit_.is_unitary())
    fail(ErrorKind::usage, "shots: the circuit measures or resets a qubit before its end; trajectories can do that");
  for (const Observable& observable : observables_) {
    require_observable(observable, circuit_.qubits());
    plans_.push_back(plan_measurement(observable));
    shots_.push_back(allocate_shots(plans_.back(), shots, allocation));
  }
}

template <class T>
void ShotSimulator<T>::run_sample(std::span<const double> parameters, std::span<const double> inputs,
                                  RandomStream stream, Amplitudes<T>& state, Amplitudes<T>& scratch,
                                  std::span<ShotEstimate> results) const {
  state.prepare(circuit_, inputs);
  for (std::size_t position = 0; position < circuit_.gates().size(); ++position)
    state.apply(bound_gate(circuit_.gates()[position], position, parameters, inputs));
  for (std::size_t k = 0; k < observables_.size(); ++k)
    results[k] = estimate(std::span<const std::complex<T>>(state.values()), observables_[k], plans_[k], shots_[k],
                          stream, scratch);
}

template <class T>
std::vector<ShotEstimate> ShotSimulator<T>::run(std::span<const double> parameters, std::span<const double> inputs,
                                                std::size_t batch, std::uint64_t seed) const {
  const std::size_t width = circuit_.inputs(), outputs = observables_.size();
  if (batch > std::numeric_limits<std::uint32_t>::max() || (width != 0 && inputs.size() / width != batch) ||
      inputs.size() != batch * width)
    fail(ErrorKind::usage, "inputs: {} samples of {} values expected, got {} values", batch, width, inputs.size());
  require_values(circuit_, parameters, std::vector<double>(width));
  std::vector<ShotEstimate> results(batch * outputs);
  // Blocks share a state; which sample is in which block changes no number.
  const std::size_t blocks = std::min(batch, pool_ ? 2 * pool_->size() : std::size_t{1});
  const auto run_block = [&](std::size_t block) {
    Amplitudes<T> state(circuit_.qubits()), scratch(circuit_.qubits());
    for (std::size_t b = batch * block / blocks; b < batch * (block + 1) / blocks; ++b)
      run_sample(parameters, inputs.subspan(b * width, width), shot_stream(seed, static_cast<std::uint32_t>(b)), state,
                 scratch, std::span(results).subspan(b * outputs, outputs));
  };
  if (pool_) {
    pool_->for_each(blocks, run_block);
  } else {
    for (std::size_t block = 0; block < blocks; ++block) run_block(block);
  }
  return results;
}

template ShotEstimate estimate(std::span<const std::complex<float>>, const Observable&, const MeasurementPlan&,
                               std::span<const std::size_t>, RandomStream&, Amplitudes<float>&);
template ShotEstimate estimate(std::span<const std::complex<double>>, const Observable&, const MeasurementPlan&,
                               std::span<const std::size_t>, RandomStream&, Amplitudes<double>&);
template double exact_variance(std::span<const std::complex<float>>, const Observable&, const MeasurementPlan&,
                               std::span<const std::size_t>, Amplitudes<float>&);
template double exact_variance(std::span<const std::complex<double>>, const Observable&, const MeasurementPlan&,
                               std::span<const std::size_t>, Amplitudes<double>&);
template class ShotSimulator<float>;
template class ShotSimulator<double>;

}  // namespace tacit::quantum_sim
