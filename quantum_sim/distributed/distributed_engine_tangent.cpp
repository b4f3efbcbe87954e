// Shares of states with their rates of change: the members of DistributedEngine that end in `tangent`.
#include "quantum_sim/distributed/distributed_engine.h"
#include "quantum_sim/sizes.h"

namespace tacit::quantum_sim {

template <class T>
void DistributedEngine<T>::load_direction(std::span<const T> parameters_dot, std::span<const T> inputs_dot) {
  require_size_or_empty("parameters_dot", parameters_dot, circuit_.parameters());
  require_size_or_empty("inputs_dot", inputs_dot, circuit_.inputs());
  angles_.evaluate_rates(parameters_dot, inputs_dot);
  steps_.update_rates(angles_.half_rates());
  own_sums_dot_.resize(own_sums_.size());
  by_rotation_dot_.resize(by_rotation_.size());
  by_amplitude_dot_.resize(by_amplitude_.size());
}

template <class T>
TangentCall<T> DistributedEngine<T>::tangent_call(std::size_t pass) const {
  return {call(pass),       steps_.rates() + plan_.passes[pass].first_rotation, nullptr, nullptr, psi_dot_.get(),
          lambda_dot_.get()};
}

template <class T>
void DistributedEngine<T>::evolve_tangent() {
  start();
  write_start(angles_.amplitude_rates(), psi_dot_.get());
  for (std::size_t pass = 0; pass < plan_.passes.size(); ++pass) {
    move_into(pass, psi_.get());
    move_into(pass, psi_dot_.get());
    const Share blocks = blocks_of(plan_.passes[pass]);
    kernels_.forward_tangent_in_place(tangent_call(pass), blocks.first, blocks.last);
  }
  if (layouts_.empty()) return;
  redistribution_.move(layouts_.back(), plain_, T{1}, psi_.get());
  redistribution_.move(layouts_.back(), plain_, T{1}, psi_dot_.get());
}

template <class T>
void DistributedEngine<T>::measure_tangent(std::span<T> outputs_dot) {
  std::fill(values_.begin(), values_.end(), 0.0);
  for (std::size_t index = 0; index < plan_.measured.size(); ++index) {
    const double sum = 2 * sum_elements(plan_.measured[index], psi_.get(), psi_dot_.get());
    values_[plan_.measured[index].output] += steps_.measured_coefficients()[index] * sum * steps_.output_factor();
  }
  for (std::size_t output = 0; output < outputs_dot.size(); ++output)
    outputs_dot[output] = static_cast<T>(values_[output]);
}

template <class T>
void DistributedEngine<T>::seed_tangent(std::span<const T> upstream, std::span<const T> upstream_dot) {
  seed(upstream);
  put_strings(upstream, psi_dot_.get(), lambda_dot_.get(), false);
  if (!upstream_dot.empty()) put_strings(upstream_dot, psi_.get(), lambda_dot_.get(), true);
}

template <class T>
void DistributedEngine<T>::undo_tangent(std::size_t number) {
  const Pass& pass = plan_.passes[number];
  std::fill(own_sums_.begin(), own_sums_.end(), 0.0);
  std::fill(own_sums_dot_.begin(), own_sums_dot_.end(), 0.0);
  for_each_part(pass, [&](std::size_t part, const Part& blocks, std::size_t before) {
    TangentCall<T> here = tangent_call(number);
    const std::size_t skipped = before * pass.rows() * row_elements();
    for (T** state : {&here.psi_block, &here.lambda_block, &here.psi_dot_block, &here.lambda_dot_block})
      *state += skipped;
    const std::size_t first = part * pass.rotation_count;
    kernels_.backward_tangent_in_place(here, blocks.first, blocks.last, own_sums_.data() + first,
                                       own_sums_dot_.data() + first);
  });
  sum_parts(own_sums_, number, by_rotation_);
  sum_parts(own_sums_dot_, number, by_rotation_dot_);
}

template <class T>
void DistributedEngine<T>::differentiate_tangent(const Cotangents& result) {
  const RankLayout* layout = &plain_;
  typename ScaledSteps<T>::Gains gains{T{1}, T{1}};
  for (std::size_t pass = plan_.passes.size(); pass-- > 0;) {
    for (T* const state : {psi_.get(), psi_dot_.get()}) redistribution_.move(*layout, layouts_[pass], gains.psi, state);
    for (T* const state : {lambda_.get(), lambda_dot_.get()})
      redistribution_.move(*layout, layouts_[pass], gains.lambda, state);
    undo_tangent(pass);
    layout = &layouts_[pass];
    gains = steps_.backward_gains()[pass];
  }
  read_amplitude_gradients(*layout, gains.lambda, lambda_.get(), by_amplitude_);
  read_amplitude_gradients(*layout, gains.lambda, lambda_dot_.get(), by_amplitude_dot_);
  angles_.write_gradients(by_rotation_, by_amplitude_, result.parameters, result.inputs);
  angles_.write_gradient_rates({by_rotation_, by_rotation_dot_}, {by_amplitude_, by_amplitude_dot_},
                               result.parameters_dot, result.inputs_dot);
}

// The other members stand in distributed_engine.cpp.
#define TACIT_TANGENT_MEMBERS(T)                                                              \
  template void DistributedEngine<T>::load_direction(std::span<const T>, std::span<const T>); \
  template void DistributedEngine<T>::evolve_tangent();                                       \
  template void DistributedEngine<T>::measure_tangent(std::span<T>);                          \
  template void DistributedEngine<T>::seed_tangent(std::span<const T>, std::span<const T>);   \
  template void DistributedEngine<T>::differentiate_tangent(const Cotangents&);
TACIT_TANGENT_MEMBERS(float)
TACIT_TANGENT_MEMBERS(double)
#undef TACIT_TANGENT_MEMBERS

}  // namespace tacit::quantum_sim
