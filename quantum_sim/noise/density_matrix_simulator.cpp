#include "quantum_sim/noise/density_matrix_simulator.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "core/error.h"
#include "quantum_sim/circuit/value_checks.h"
#include "quantum_sim/measurement/expectation.h"
#include "quantum_sim/noise/density_matrix_sweep.h"
#include "quantum_sim/sizes.h"

namespace tacit::quantum_sim {
namespace {

/// The way back over steps that cannot be undone: states are kept at the start of every segment of units, and within
/// the segment that is walked back.
template <class T>
class AdjointSweep {
 public:
  AdjointSweep(const DensityMatrixSweep<T>& sweep, const std::vector<NoisyUnit>& units, std::uint32_t qubits,
               ThreadPool* pool)
      : sweep_(sweep), units_(units), qubits_(qubits), pool_(pool), rho_(qubits, pool), observable_(qubits, pool) {
    length_ = std::max<std::size_t>(1, static_cast<std::size_t>(std::sqrt(static_cast<double>(units.size()))));
    const std::uint64_t kept = 2 * (units.size() / length_ + 1) + 2;
    require_memory(kept * sizeof(std::complex<T>) << 2 * qubits, available_memory(),
                   fmt::format("the {} density matrices of {} qubits that a gradient keeps", kept, qubits));
  }

  /// rho at the end.
  const BasicDensityMatrix<T>& forward() {
    sweep_.prepare(rho_);
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
      if (unit % length_ == 0) keep(starts_, unit / length_);
      sweep_.apply(units_[unit], rho_);
    }
    return rho_;
  }

  void backward(std::span<const Observable> observables, std::span<const double> weights,
                std::span<double> by_parameters, std::span<double> by_inputs) {
    observable_.set_observables(observables, weights);
    for (std::size_t end = units_.size(); end > 0;) {
      const std::size_t start = (end - 1) / length_ * length_;
      rho_.copy_from(*starts_[start / length_]);
      for (std::size_t unit = start; unit < end; ++unit) {
        if (sweep_.has_angles(units_[unit])) keep(before_, unit - start);
        if (unit + 1 < end) sweep_.apply(units_[unit], rho_);
      }
      for (std::size_t unit = end; unit-- > start;)
        sweep_.undo(units_[unit], sweep_.has_angles(units_[unit]) ? before_[unit - start].get() : nullptr, observable_,
                    by_parameters, by_inputs);
      end = start;
    }
    sweep_.add_start_gradient(observable_, by_inputs);
  }

 private:
  using Kept = std::vector<std::unique_ptr<BasicDensityMatrix<T>>>;
  void keep(Kept& kept, std::size_t place) {
    if (kept.size() <= place) kept.resize(place + 1);
    if (!kept[place]) kept[place] = std::make_unique<BasicDensityMatrix<T>>(qubits_, pool_);
    kept[place]->copy_from(rho_);
  }

  const DensityMatrixSweep<T>& sweep_;
  const std::vector<NoisyUnit>& units_;
  std::uint32_t qubits_;
  ThreadPool* pool_;
  std::size_t length_;
  BasicDensityMatrix<T> rho_, observable_;
  Kept starts_, before_;
};

template <class T>
void append_expectations(const BasicDensityMatrix<T>& rho, const std::vector<Observable>& observables,
                         std::vector<double>& outputs) {
  for (const Observable& observable : observables) outputs.push_back(rho.expectation(observable));
}

}  // namespace

template <class T>
BasicDensityMatrixSimulator<T>::BasicDensityMatrixSimulator(Circuit circuit, const NoiseModel& noise,
                                                            std::vector<Observable> observables, ThreadPool* pool)
    : circuit_(std::move(circuit)),
      steps_(noisy_steps(circuit_, noise)),
      units_(noisy_units(circuit_, steps_)),
      readout_(noise.readout_errors(circuit_.qubits())),
      pool_(pool) {
  for (const Observable& observable : observables) {
    require_observable(observable, circuit_.qubits());
    observables_.push_back(as_read(observable, readout_));
  }
  // Refused here, not in the first call.
  BasicDensityMatrix<T>::require_room(circuit_.qubits());
}

template <class T>
BasicDensityMatrix<T> BasicDensityMatrixSimulator<T>::final_state(std::span<const double> parameters,
                                                                  std::span<const double> inputs) const {
  require_values(circuit_, parameters, inputs);
  const DensityMatrixSweep<T> sweep({circuit_, steps_, units_, parameters, inputs, pool_});
  BasicDensityMatrix<T> rho(circuit_.qubits(), pool_);
  sweep.prepare(rho);
  for (const NoisyUnit& unit : units_) sweep.apply(unit, rho);
  return rho;
}

template <class T>
std::vector<double> BasicDensityMatrixSimulator<T>::operator()(std::span<const double> parameters,
                                                               std::span<const double> inputs) const {
  std::vector<double> outputs;
  append_expectations(final_state(parameters, inputs), observables_, outputs);
  return outputs;
}

template <class T>
void BasicDensityMatrixSimulator<T>::require_batch(std::span<const double> inputs, std::size_t batch) const {
  const std::size_t width = circuit_.inputs();
  if ((width != 0 && inputs.size() / width != batch) || inputs.size() != batch * width)
    fail(ErrorKind::usage, "inputs: {} samples of {} values expected, got {} values", batch, width, inputs.size());
}

template <class T>
std::vector<double> BasicDensityMatrixSimulator<T>::run(std::span<const double> parameters,
                                                        std::span<const double> inputs, std::size_t batch) const {
  require_batch(inputs, batch);
  std::vector<double> results;
  for (std::size_t b = 0; b < batch; ++b)
    append_expectations(final_state(parameters, inputs.subspan(b * circuit_.inputs(), circuit_.inputs())), observables_,
                        results);
  return results;
}

template <class T>
std::vector<double> BasicDensityMatrixSimulator<T>::probabilities(std::span<const double> parameters,
                                                                  std::span<const double> inputs) const {
  std::vector<double> result = final_state(parameters, inputs).probabilities();
  confuse(result, readout_);
  return result;
}

template <class T>
std::vector<double> BasicDensityMatrixSimulator<T>::gradient(std::span<const double> parameters,
                                                             std::span<const double> inputs, std::size_t batch,
                                                             std::span<const double> upstream,
                                                             std::span<double> gradient_parameters,
                                                             std::span<double> gradient_inputs) const {
  require_batch(inputs, batch);
  require_size("upstream [batch, outputs]", upstream, batch * outputs());
  require_size_or_empty("gradient_parameters", gradient_parameters, circuit_.parameters());
  require_size_or_empty("gradient_inputs [batch, inputs]", gradient_inputs, inputs.size());
  std::fill(gradient_parameters.begin(), gradient_parameters.end(), 0.0);
  std::fill(gradient_inputs.begin(), gradient_inputs.end(), 0.0);
  std::vector<double> results;
  for (std::size_t b = 0; b < batch; ++b) {
    const std::span<const double> one = inputs.subspan(b * circuit_.inputs(), circuit_.inputs());
    require_values(circuit_, parameters, one);
    const DensityMatrixSweep<T> sweep({circuit_, steps_, units_, parameters, one, pool_});
    AdjointSweep<T> adjoint(sweep, units_, circuit_.qubits(), pool_);
    append_expectations(adjoint.forward(), observables_, results);
    adjoint.backward(observables_, upstream.subspan(b * outputs(), outputs()), gradient_parameters,
                     gradient_inputs.empty() ? gradient_inputs : gradient_inputs.subspan(b * one.size(), one.size()));
  }
  return results;
}

template class BasicDensityMatrixSimulator<float>;
template class BasicDensityMatrixSimulator<double>;

}  // namespace tacit::quantum_sim
