#include "quantum_sim/state/state_engine.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "core/error.h"
#include "quantum_sim/sizes.h"
#include "quantum_sim/state/parts.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::uint32_t fewest_shared_bits = 14;

}  // namespace

template <class T>
StateEngine<T>::StateEngine(Circuit circuit, RotationForm form, std::uint32_t outputs, std::size_t threads)
    : circuit_(std::move(circuit)),
      kernels_(state_kernels<T>()),
      form_(std::move(form)),
      plan_(plan_state(form_, outputs, {.lane_bits = kernels_.lane_bits})),
      angles_(circuit_, form_, plan_),
      steps_(plan_),
      team_(plan_.row_bits + plan_.lane_bits < fewest_shared_bits ? 1 : std::max<std::size_t>(threads, 1)),
      state_name_(fmt::format("a state of 2^{} amplitudes", plan_.row_bits + plan_.lane_bits)),
      states_name_(
          fmt::format("a state of 2^{} amplitudes with its gradient or rate", plan_.row_bits + plan_.lane_bits)) {
  require_memory(std::uint64_t{elements()} * sizeof(T), available_memory(), state_name_);
  std::size_t longest = 0;
  for (const Pass& pass : plan_.passes) longest = std::max<std::size_t>(longest, pass.rotation_count);
  if (!plan_.single_block)
    for (AlignedArray<T>* block : {&psi_blocks_, &lambda_blocks_})
      block->ensure(team_.size() * block_elements(), "the blocks of a state");
  sums_.resize(most_parts * std::max<std::size_t>(longest, 1));
  by_rotation_.resize(plan_.rotations.size());
  by_amplitude_.resize(plan_.encoded_amplitudes);
  values_.resize(plan_.outputs);
}

template <class T>
void StateEngine<T>::load(std::span<const T> parameters, std::span<const T> inputs, Wants wants) {
  require_size("parameters", parameters, circuit_.parameters());
  require_size("inputs", inputs, circuit_.inputs());
  const bool gradients = wants == Wants::gradients || wants == Wants::gradient_rates;
  const bool rates = wants == Wants::rates || wants == Wants::gradient_rates;
  allocate(gradients, rates);
  angles_.evaluate(parameters, inputs, gradients || rates);
  steps_.update(angles_.halves());
  if (gradients) steps_.update_backward();
}

// Asks for all before taking any: memory that is taken but not yet written still counts as available.
template <class T>
void StateEngine<T>::allocate(bool gradients, bool rates) {
  const std::pair<bool, Buffers*> states[] = {
      {true, &psi_}, {gradients, &lambda_}, {rates, &psi_dot_}, {gradients && rates, &lambda_dot_}};
  std::uint64_t missing = 0;
  for (const auto& [wanted, state] : states) missing += wanted && !state->one.get();
  if (missing == 0) return;
  require_memory(missing * elements() * sizeof(T) * (plan_.single_block ? 2 : 1), available_memory(),
                 missing > 1 ? states_name_ : state_name_);
  for (const auto& [wanted, state] : states)
    if (wanted) state->ensure(elements(), plan_.single_block, state_name_);
}

template <class T>
PassCall<T> StateEngine<T>::call(std::size_t pass, std::size_t thread) {
  PassCall<T> result{&plan_,
                     &plan_.passes[pass],
                     steps_.tangents() + plan_.passes[pass].first_rotation,
                     T{1},
                     T{1},
                     psi_.one.get(),
                     lambda_.one.get(),
                     psi_.other.get(),
                     lambda_.other.get(),
                     steps_.cosines() + plan_.passes[pass].first_rotation,
                     steps_.shifts() + plan_.passes[pass].first_rotation};
  if (plan_.single_block) {
    if (pass % 2) std::swap(result.psi, result.psi_block);
    if (pass % 2) std::swap(result.lambda, result.lambda_block);
  } else {
    result.psi_block = psi_blocks_.get() + thread * block_elements();
    result.lambda_block = lambda_blocks_.get() + thread * block_elements();
  }
  return result;
}

// Rows that no rotation has reached yet are never read, except those that the state starts from.
template <class T>
void StateEngine<T>::write_start(std::span<const double> amplitudes, T* state) const {
  const std::size_t width = std::size_t{1} << plan_.lane_bits;
  const std::size_t rows = (std::bit_ceil(std::max<std::size_t>(plan_.encoded_amplitudes, 1)) + width - 1) / width;
  std::fill_n(state, plan_.passes.empty() ? elements() : rows * row_elements(), T{0});
  for (std::size_t index = 0; index < amplitudes.size(); ++index)
    state[index / width * row_elements() + index % width] = static_cast<T>(amplitudes[index]);
}

template <class T>
void StateEngine<T>::start() {
  write_start(angles_.amplitudes(), psi_.one.get());
  if (plan_.encoded_amplitudes == 0) psi_.one.get()[0] = T{1};
}

template <class T>
void StateEngine<T>::evolve() {
  start();
  for (std::size_t pass = 0; pass < plan_.passes.size(); ++pass) {
    const std::size_t blocks = plan_.passes[pass].blocks(), parts = std::min(blocks, most_parts);
    team_.for_each(parts, [&](std::size_t part, std::size_t thread) {
      PassCall<T> here = call(pass, thread);
      here.psi_gain = steps_.forward_gains()[pass];
      const Part range(blocks, parts, part);
      kernels_.forward(here, range.first, range.last);
    });
  }
}

// Re <left| P |right>.
template <class T>
double StateEngine<T>::sum_elements(const PlannedString& string, const T* left, const T* right) {
  const std::size_t parts = std::min(plan_.rows(), most_parts);
  team_.for_each(parts, [&](std::size_t part, std::size_t) {
    const Part range(plan_.rows(), parts, part);
    sums_[part] = kernels_.matrix_element({&string, range.first, range.last, left, right, nullptr, T{1}});
  });
  double sum = 0;
  for (std::size_t part = 0; part < parts; ++part) sum += sums_[part];
  return sum;
}

template <class T>
void StateEngine<T>::measure(std::span<T> outputs) {
  std::fill(values_.begin(), values_.end(), 0.0);
  for (std::size_t index = 0; index < plan_.measured.size(); ++index) {
    const double sum = sum_elements(plan_.measured[index], final_psi(), final_psi());
    values_[plan_.measured[index].output] += steps_.measured_coefficients()[index] * sum * steps_.output_factor();
  }
  for (std::size_t output = 0; output < outputs.size(); ++output) outputs[output] = static_cast<T>(values_[output]);
}

// target = sum_k weights[k] O_k source, over the square of psi's scale; or added to it.
template <class T>
void StateEngine<T>::put_strings(std::span<const T> weights, const T* source, T* target, bool adds) {
  const std::size_t parts = std::min(plan_.rows(), most_parts);
  if (plan_.measured.empty() && !adds) std::fill_n(target, elements(), T{0});
  for (std::size_t index = 0; index < plan_.measured.size(); ++index) {
    const double weight = steps_.measured_coefficients()[index] * steps_.output_factor() *
                          static_cast<double>(weights[plan_.measured[index].output]);
    team_.for_each(parts, [&](std::size_t part, std::size_t) {
      const Part range(plan_.rows(), parts, part);
      const StringCall<T> here{&plan_.measured[index], range.first, range.last, source, source, target,
                               static_cast<T>(weight)};
      index == 0 && !adds ? kernels_.write_string(here) : kernels_.add_string(here);
    });
  }
}

template <class T>
void StateEngine<T>::seed(std::span<const T> upstream) {
  put_strings(upstream, final_psi(), final_lambda(), false);
}

template <class T>
void StateEngine<T>::undo(std::size_t pass) {
  const std::size_t blocks = plan_.passes[pass].blocks(), parts = std::min(blocks, most_parts);
  const std::size_t count = plan_.passes[pass].rotation_count;
  std::fill_n(sums_.begin(), parts * count, 0.0);
  team_.for_each(parts, [&](std::size_t part, std::size_t thread) {
    PassCall<T> here = call(pass, thread);
    here.psi_gain = steps_.backward_gains()[pass].psi;
    here.lambda_gain = steps_.backward_gains()[pass].lambda;
    const Part range(blocks, parts, part);
    kernels_.backward(here, range.first, range.last, sums_.data() + part * count);
  });
  sum_parts(sums_, pass, by_rotation_);
}

template <class T>
void StateEngine<T>::sum_parts(std::span<const double> sums, std::size_t pass, std::vector<double>& result) const {
  const std::size_t parts = std::min(plan_.passes[pass].blocks(), most_parts);
  const std::size_t count = plan_.passes[pass].rotation_count, first = plan_.passes[pass].first_rotation;
  for (std::size_t place = 0; place < count; ++place) {
    double sum = 0;
    for (std::size_t part = 0; part < parts; ++part) sum += sums[part * count + place];
    result[first + place] = sum * steps_.gradient_factors()[first + place];
  }
}

// dE/da = 2 Re lambda for the real amplitudes a that the state starts from.
template <class T>
void StateEngine<T>::read_amplitude_gradients(const Buffers& lambda, std::vector<double>& result) const {
  const std::size_t width = std::size_t{1} << plan_.lane_bits;
  for (std::size_t index = 0; index < result.size(); ++index)
    result[index] = 2 * static_cast<double>(lambda.one.get()[index / width * row_elements() + index % width]);
}

template <class T>
void StateEngine<T>::differentiate(std::span<T> gradient_parameters, std::span<T> gradient_inputs) {
  for (std::size_t pass = plan_.passes.size(); pass-- > 0;) undo(pass);
  read_amplitude_gradients(lambda_, by_amplitude_);
  angles_.write_gradients(by_rotation_, by_amplitude_, gradient_parameters, gradient_inputs);
}

template class StateEngine<float>;
template class StateEngine<double>;

}  // namespace tacit::quantum_sim
