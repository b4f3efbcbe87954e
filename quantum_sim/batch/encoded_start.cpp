#include "quantum_sim/batch/encoded_start.h"

#include <algorithm>

#include "quantum_sim/unit_vector.h"

namespace tacit::quantum_sim {

template <class T>
EncodedStart<T>::EncodedStart(const Circuit& circuit, const Program& program)
    : program_(program), inputs_per_sample_(circuit.inputs()) {
  if (count() == 0) return;
  norms_.resize(tile_width<T>);
  norms_dot_.resize(tile_width<T>);
  for (std::vector<double>* values : {&by_unit_, &by_unit_dot_, &sum_}) values->resize(count());
}

template <class T>
void EncodedStart<T>::prepare(const BatchCall<T>& call) {
  if (count() == 0) return;
  const auto ensure = [&](auto& table, bool wanted) {
    // The message is made only if there is something to allocate: a call must not.
    if (wanted && !table.get())
      table.ensure(count() * tile_width<T>, fmt::format("the {} encoded amplitudes of a tile of samples", count()));
  };
  ensure(units_, true);
  ensure(rows_, true);
  ensure(units_dot_, call.is_tangent());
  ensure(rows_dot_, call.is_tangent());
  ensure(gradient_, call.goes_back());
  ensure(gradient_dot_, call.kind == BatchCall<T>::Kind::backward_tangent);
}

template <class T>
void EncodedStart<T>::require_valid(const BatchCall<T>& call) {
  if (count() == 0) return;
  for (std::size_t sample = 0; sample < call.batch; ++sample)
    normalise(call.inputs.subspan(sample * inputs_per_sample_, count()), sample, std::span(sum_));
}

template <class T>
void EncodedStart<T>::begin(const BatchCall<T>& call) {
  call_ = call;
}

template <class T>
void EncodedStart<T>::load_tile(std::size_t first, std::size_t samples) {
  if (count() == 0) return;
  first_ = first;
  samples_ = samples;
  std::fill_n(rows_.get(), count() * tile_width<T>, T{0});
  std::fill_n(rows_.get(), tile_width<T>, T{1});
  if (call_.is_tangent()) std::fill_n(rows_dot_.get(), count() * tile_width<T>, T{0});
  for (std::size_t lane = 0; lane < samples; ++lane) load_lane(lane);
}

template <class T>
void EncodedStart<T>::load_lane(std::size_t lane) {
  const std::size_t sample = first_ + lane, from = sample * inputs_per_sample_;
  const std::span unit(units_.get() + lane * count(), count());
  norms_[lane] = normalise(call_.inputs.subspan(from, count()), sample, unit);
  for (std::size_t row = 0; row < count(); ++row) rows_.get()[row * tile_width<T> + lane] = static_cast<T>(unit[row]);
  if (!call_.is_tangent()) return;
  const std::span unit_dot(units_dot_.get() + lane * count(), count());
  const std::span<const T> dot = call_.inputs_dot.empty() ? call_.inputs_dot : call_.inputs_dot.subspan(from, count());
  norms_dot_[lane] = move_normalised(std::span<const double>(unit), norms_[lane], dot, unit_dot);
  for (std::size_t row = 0; row < count(); ++row)
    rows_dot_.get()[row * tile_width<T> + lane] = static_cast<T>(unit_dot[row]);
}

template <class T>
void EncodedStart<T>::add_gradients(double factor) {
  if (count() == 0 || (call_.input_gradient.empty() && call_.input_gradient_dot.empty())) return;
  for (std::size_t lane = 0; lane < samples_; ++lane) {
    const std::span<const double> unit(units_.get() + lane * count(), count());
    gather(gradient_.get(), lane, factor, by_unit_);
    if (!call_.input_gradient.empty()) {
      std::fill(sum_.begin(), sum_.end(), 0.0);
      add_normalised_gradient(unit, norms_[lane], by_unit_, sum_);
      add(call_.input_gradient, first_ + lane);
    }
    if (call_.input_gradient_dot.empty()) continue;
    gather(gradient_dot_.get(), lane, factor, by_unit_dot_);
    std::fill(sum_.begin(), sum_.end(), 0.0);
    const std::span<const double> unit_dot(units_dot_.get() + lane * count(), count());
    add_normalised_gradient_rate({unit, unit_dot, norms_[lane], norms_dot_[lane]}, by_unit_, by_unit_dot_, sum_);
    add(call_.input_gradient_dot, first_ + lane);
  }
}

template <class T>
void EncodedStart<T>::gather(const T* rows, std::size_t lane, double factor, std::span<double> values) const {
  for (std::size_t row = 0; row < count(); ++row)
    values[row] = factor * static_cast<double>(rows[row * tile_width<T> + lane]);
}

template <class T>
void EncodedStart<T>::add(std::span<T> inputs, std::size_t sample) const {
  for (std::size_t row = 0; row < count(); ++row) {
    T& place = inputs[sample * inputs_per_sample_ + row];
    place = static_cast<T>(static_cast<double>(place) + sum_[row]);
  }
}

template class EncodedStart<float>;
template class EncodedStart<double>;

}  // namespace tacit::quantum_sim
