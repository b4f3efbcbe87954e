#include "quantum_sim/batch/gradient_sums.h"

#include <algorithm>

namespace tacit::quantum_sim {

template <class T>
GradientSums<T>::GradientSums(const Circuit& circuit, const Program& program, const FactorValues<T>& values,
                              const GradientSums* primal)
    : program_(program),
      values_(values),
      primal_(primal),
      inputs_per_sample_(circuit.inputs()),
      by_parameter_(circuit.parameters()) {
  for (const PlacedTerm& term : values.shared_terms()) list(term, shared_);
  for (const PlacedTerm& term : values.lane_terms()) list(term, lanes_);
  tile_.ensure(program.slots.size() * tile_width<T>, "the gradient of a tile of samples");
  std::fill_n(tile_.get(), program.slots.size() * tile_width<T>, T{0});
  sums_.ensure(program.slots.size() * tile_width<T>, "the gradient of a batch");
  by_input_.ensure(circuit.inputs() * tile_width<T>, "the gradient by inputs of a tile of samples");
  const bool has_parameters = std::any_of(lanes_.begin(), lanes_.end(), [](const Curved& c) { return !c.is_input(); });
  if (has_parameters) parameter_lanes_.ensure(circuit.parameters() * tile_width<T>, "the gradient of a batch");
}

template <class T>
void GradientSums<T>::list(const PlacedTerm& term, std::vector<Curved>& curved) {
  if (term.is_linear) {
    const FactorPlace& factor = term.factors[0];
    (factor.source == Angle::Source::input ? linear_inputs_ : linear_parameters_)
        .push_back({term.slot, factor.index, term.scale});
    return;
  }
  for (std::uint32_t which = 0; which < term.factor_count; ++which) curved.push_back({&term, which});
}

template <class T>
void GradientSums<T>::begin() {
  std::fill_n(sums_.get(), program_.slots.size() * tile_width<T>, 0.0);
  if (parameter_lanes_.get()) std::fill_n(parameter_lanes_.get(), by_parameter_.size() * tile_width<T>, 0.0);
}

template <class T>
void GradientSums<T>::add_tile(std::size_t first, std::size_t count, std::span<const double> factors,
                               std::span<T> inputs) {
  for (std::size_t slot = 0; slot < program_.slots.size(); ++slot) {
    const T* gradient = tile_.get() + slot * tile_width<T>;
    double* sum = sums_.get() + slot * tile_width<T>;
    // The kernels leave lanes beyond the samples as they were, so those are not read.
    if (count == tile_width<T>)
      for (std::size_t lane = 0; lane < tile_width<T>; ++lane) sum[lane] += static_cast<double>(gradient[lane]);
    else
      for (std::size_t lane = 0; lane < count; ++lane) sum[lane] += static_cast<double>(gradient[lane]);
  }
  if (inputs.empty() && !parameter_lanes_.get()) return;
  write_inputs(first, count, factors, inputs);
}

// The terms that are not linear, into by_input_ and parameter_lanes_.
template <class T>
void GradientSums<T>::add_curved(std::size_t count, bool wants_inputs, std::span<const double> factors) {
  constexpr std::size_t width = tile_width<T>;
  double derivative[width], rate[width];
  for (const Curved& source : lanes_) {
    if (source.is_input() && !wants_inputs) continue;
    values_.derivative_lanes(*source.term, source.which, derivative, rate);
    const std::size_t slot = source.term->slot;
    const T* gradient = tile_.get() + slot * width;
    double* sum = (source.is_input() ? by_input_ : parameter_lanes_).get() + source.index() * width;
    for (std::size_t lane = 0; lane < count; ++lane)
      sum[lane] += derivative[lane] * factors[slot] * static_cast<double>(gradient[lane]);
    if (!primal_) continue;
    const T* primal = primal_->tile_.get() + slot * width;
    for (std::size_t lane = 0; lane < count; ++lane)
      sum[lane] += rate[lane] * factors[slot] * static_cast<double>(primal[lane]);
  }
}

template <class T>
void GradientSums<T>::write_inputs(std::size_t first, std::size_t count, std::span<const double> factors,
                                   std::span<T> inputs) {
  constexpr std::size_t width = tile_width<T>;
  const std::size_t per_sample = inputs_per_sample_;
  std::fill_n(by_input_.get(), per_sample * width, 0.0);
  add_curved(count, !inputs.empty(), factors);
  if (inputs.empty()) return;
  for (const Linear& source : linear_inputs_) {
    const double factor = source.scale * factors[source.slot];
    const T* gradient = tile_.get() + source.slot * width;
    double* sum = by_input_.get() + source.index * width;
    for (std::size_t lane = 0; lane < count; ++lane) sum[lane] += factor * static_cast<double>(gradient[lane]);
  }
  for (std::size_t lane = 0; lane < count; ++lane)
    for (std::size_t index = 0; index < per_sample; ++index)
      inputs[(first + lane) * per_sample + index] = static_cast<T>(by_input_.get()[index * width + lane]);
}

template <class T>
double GradientSums<T>::slot_sum(std::size_t slot) const {
  constexpr std::size_t half = tile_width<T> / 2;
  const double* lanes = sums_.get() + slot * tile_width<T>;
  double sums[half];
  for (std::size_t lane = 0; lane < half; ++lane) sums[lane] = lanes[lane] + lanes[lane + half];
  for (std::size_t left = half / 2; left > 0; left /= 2)
    for (std::size_t lane = 0; lane < left; ++lane) sums[lane] += sums[lane + left];
  return sums[0];
}

template <class T>
std::span<const double> GradientSums<T>::finish(std::span<const double> factors) {
  std::fill(by_parameter_.begin(), by_parameter_.end(), 0.0);
  for (const Linear& source : linear_parameters_)
    by_parameter_[source.index] += source.scale * factors[source.slot] * slot_sum(source.slot);
  for (const Curved& source : shared_) {
    const std::size_t slot = source.term->slot;
    const auto derivative = values_.shared_derivative(*source.term, source.which);
    double gradient = derivative.value * slot_sum(slot);
    if (primal_) gradient += derivative.rate * primal_->slot_sum(slot);
    by_parameter_[source.index()] += factors[slot] * gradient;
  }
  if (parameter_lanes_.get())
    for (std::size_t index = 0; index < by_parameter_.size(); ++index)
      for (std::size_t lane = 0; lane < tile_width<T>; ++lane)
        by_parameter_[index] += parameter_lanes_.get()[index * tile_width<T> + lane];
  return by_parameter_;
}

template class GradientSums<float>;
template class GradientSums<double>;

}  // namespace tacit::quantum_sim
