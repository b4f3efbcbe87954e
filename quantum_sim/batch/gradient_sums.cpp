#include "quantum_sim/batch/gradient_sums.h"

#include <algorithm>

namespace tacit::quantum_sim {

template <class T>
GradientSums<T>::GradientSums(const Circuit& circuit, const Program& program)
    : program_(program), by_parameter_(circuit.parameters()), by_input_(circuit.inputs()) {
  for (std::size_t slot = 0; slot < program.slots.size(); ++slot)
    for (std::uint32_t place = program.slots[slot].first_term; place < program.slots[slot].end_term; ++place)
      if (const Angle& angle = program.terms[place].angle; angle.reads(Angle::Source::input))
        input_terms_.push_back({slot, angle.factor_array[0].index, angle.scale});
  tile_.ensure(program.slots.size() * tile_width<T>, "the gradient of a tile of samples");
  sums_.ensure(program.slots.size() * tile_width<T>, "the gradient of a batch");
}

template <class T>
void GradientSums<T>::begin() {
  std::fill_n(sums_.get(), program_.slots.size() * tile_width<T>, 0.0);
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
  if (inputs.empty()) return;
  for (std::size_t lane = 0; lane < count; ++lane)
    write_sample(lane, factors, inputs.subspan((first + lane) * by_input_.size(), by_input_.size()));
}

template <class T>
void GradientSums<T>::write_sample(std::size_t lane, std::span<const double> factors, std::span<T> inputs) {
  std::fill(by_input_.begin(), by_input_.end(), 0.0);
  for (const InputTerm& term : input_terms_)
    by_input_[term.index] +=
        term.scale * factors[term.slot] * static_cast<double>(tile_.get()[term.slot * tile_width<T> + lane]);
  for (std::size_t index = 0; index < inputs.size(); ++index) inputs[index] = static_cast<T>(by_input_[index]);
}

template <class T>
void GradientSums<T>::finish(std::span<const double> factors, std::span<T> parameters) {
  std::fill(by_parameter_.begin(), by_parameter_.end(), 0.0);
  for (std::size_t slot = 0; slot < program_.slots.size(); ++slot) {
    double gradient = 0;
    for (std::size_t lane = 0; lane < tile_width<T>; ++lane) gradient += sums_.get()[slot * tile_width<T> + lane];
    gradient *= factors[slot];
    for (std::uint32_t place = program_.slots[slot].first_term; place < program_.slots[slot].end_term; ++place)
      if (const Angle& angle = program_.terms[place].angle; angle.reads(Angle::Source::parameter))
        by_parameter_[angle.factor_array[0].index] += angle.scale * gradient;
  }
  for (std::size_t index = 0; index < parameters.size(); ++index)
    parameters[index] = static_cast<T>(by_parameter_[index]);
}

template class GradientSums<float>;
template class GradientSums<double>;

}  // namespace tacit::quantum_sim
