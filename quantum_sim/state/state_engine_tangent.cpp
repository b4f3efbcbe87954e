// States with their rates of change: the members of StateEngine that end in `tangent`.
#include <algorithm>
#include <utility>

#include "quantum_sim/sizes.h"
#include "quantum_sim/state/parts.h"
#include "quantum_sim/state/state_engine.h"

namespace tacit::quantum_sim {

template <class T>
void StateEngine<T>::load_direction(std::span<const T> parameters_dot, std::span<const T> inputs_dot) {
  require_size_or_empty("parameters_dot", parameters_dot, circuit_.parameters());
  require_size_or_empty("inputs_dot", inputs_dot, circuit_.inputs());
  angles_.evaluate_rates(parameters_dot, inputs_dot);
  steps_.update_rates(angles_.half_rates());
  if (!plan_.single_block && !psi_dot_blocks_.get())
    for (AlignedArray<T>* block : {&psi_dot_blocks_, &lambda_dot_blocks_})
      block->ensure(team_.size() * block_elements(), "the blocks of a state");
  sums_dot_.resize(sums_.size());
  by_rotation_dot_.resize(by_rotation_.size());
  by_amplitude_dot_.resize(by_amplitude_.size());
}

template <class T>
TangentCall<T> StateEngine<T>::tangent_call(std::size_t pass, std::size_t thread) {
  TangentCall<T> result{call(pass, thread),   steps_.rates() + plan_.passes[pass].first_rotation,
                        psi_dot_.one.get(),   lambda_dot_.one.get(),
                        psi_dot_.other.get(), lambda_dot_.other.get()};
  if (plan_.single_block) {
    if (pass % 2) std::swap(result.psi_dot, result.psi_dot_block);
    if (pass % 2) std::swap(result.lambda_dot, result.lambda_dot_block);
  } else {
    result.psi_dot_block = psi_dot_blocks_.get() + thread * block_elements();
    result.lambda_dot_block = lambda_dot_blocks_.get() + thread * block_elements();
  }
  return result;
}

template <class T>
void StateEngine<T>::evolve_tangent() {
  start();
  write_start(angles_.amplitude_rates(), psi_dot_.one.get());
  for (std::size_t pass = 0; pass < plan_.passes.size(); ++pass) {
    const std::size_t blocks = plan_.passes[pass].blocks(), parts = std::min(blocks, most_parts);
    team_.for_each(parts, [&](std::size_t part, std::size_t thread) {
      TangentCall<T> here = tangent_call(pass, thread);
      here.psi_gain = steps_.forward_gains()[pass];
      const Part range(blocks, parts, part);
      kernels_.forward_tangent(here, range.first, range.last);
    });
  }
}

template <class T>
void StateEngine<T>::measure_tangent(std::span<T> outputs_dot) {
  std::fill(values_.begin(), values_.end(), 0.0);
  for (std::size_t index = 0; index < plan_.measured.size(); ++index) {
    const double sum = 2 * sum_elements(plan_.measured[index], final_psi(), final(psi_dot_));
    values_[plan_.measured[index].output] += steps_.measured_coefficients()[index] * sum * steps_.output_factor();
  }
  for (std::size_t output = 0; output < outputs_dot.size(); ++output)
    outputs_dot[output] = static_cast<T>(values_[output]);
}

template <class T>
void StateEngine<T>::seed_tangent(std::span<const T> upstream, std::span<const T> upstream_dot) {
  seed(upstream);
  put_strings(upstream, final(psi_dot_), final(lambda_dot_), false);
  if (!upstream_dot.empty()) put_strings(upstream_dot, final_psi(), final(lambda_dot_), true);
}

template <class T>
void StateEngine<T>::undo_tangent(std::size_t pass) {
  const std::size_t blocks = plan_.passes[pass].blocks(), parts = std::min(blocks, most_parts);
  const std::size_t count = plan_.passes[pass].rotation_count;
  std::fill_n(sums_.begin(), parts * count, 0.0);
  std::fill_n(sums_dot_.begin(), parts * count, 0.0);
  team_.for_each(parts, [&](std::size_t part, std::size_t thread) {
    TangentCall<T> here = tangent_call(pass, thread);
    here.psi_gain = steps_.backward_gains()[pass].psi;
    here.lambda_gain = steps_.backward_gains()[pass].lambda;
    const Part range(blocks, parts, part);
    kernels_.backward_tangent(here, range.first, range.last, sums_.data() + part * count,
                              sums_dot_.data() + part * count);
  });
  sum_parts(sums_, pass, by_rotation_);
  sum_parts(sums_dot_, pass, by_rotation_dot_);
}

template <class T>
void StateEngine<T>::differentiate_tangent(const Cotangents& result) {
  for (std::size_t pass = plan_.passes.size(); pass-- > 0;) undo_tangent(pass);
  read_amplitude_gradients(lambda_, by_amplitude_);
  read_amplitude_gradients(lambda_dot_, by_amplitude_dot_);
  angles_.write_gradients(by_rotation_, by_amplitude_, result.parameters, result.inputs);
  angles_.write_gradient_rates({by_rotation_, by_rotation_dot_}, {by_amplitude_, by_amplitude_dot_},
                               result.parameters_dot, result.inputs_dot);
}

// The other members stand in state_engine.cpp.
#define TACIT_TANGENT_MEMBERS(T)                                                        \
  template void StateEngine<T>::load_direction(std::span<const T>, std::span<const T>); \
  template void StateEngine<T>::evolve_tangent();                                       \
  template void StateEngine<T>::measure_tangent(std::span<T>);                          \
  template void StateEngine<T>::seed_tangent(std::span<const T>, std::span<const T>);   \
  template void StateEngine<T>::differentiate_tangent(const Cotangents&);
TACIT_TANGENT_MEMBERS(float)
TACIT_TANGENT_MEMBERS(double)
#undef TACIT_TANGENT_MEMBERS

}  // namespace tacit::quantum_sim
