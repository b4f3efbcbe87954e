#include "quantum_sim/distributed/distributed_engine.h"

#include <bit>
#include <utility>

#include "core/error.h"
#include "quantum_sim/circuit/pauli.h"
#include "quantum_sim/sizes.h"

namespace tacit::quantum_sim {
namespace {

const StatePlan& checked(const StatePlan& plan, std::size_t ranks) {
  if (!std::has_single_bit(ranks) || ranks > most_parts)
    fail(ErrorKind::usage, "a state is shared by 1, 2, 4, ... {} ranks, not {}", most_parts, ranks);
  const std::size_t block_rows = plan.passes.empty() ? 1 : plan.passes.front().rows();
  if (plan.single_block || plan.rows() / block_rows < ranks)
    fail(ErrorKind::usage, "a state of 2^{} amplitudes has {} blocks, too few for {} ranks",
         plan.row_bits + plan.lane_bits, plan.rows() / block_rows, ranks);
  return plan;
}

}  // namespace

template <class T>
DistributedEngine<T>::DistributedEngine(Circuit circuit, RotationForm form, std::uint32_t outputs, Communicator& ranks)
    : circuit_(std::move(circuit)),
      ranks_(ranks),
      kernels_(state_kernels<T>()),
      form_(std::move(form)),
      plan_(plan_state(form_, outputs, {.lane_bits = kernels_.lane_bits})),
      redistribution_(ranks, checked(plan_, ranks.size()).row_bits, plan_.lane_bits),
      angles_(circuit_, form_, plan_),
      steps_(plan_),
      plain_(plain_layout(plan_.row_bits)),
      name_(fmt::format("a rank's share of a state of 2^{} amplitudes", plan_.row_bits + plan_.lane_bits)) {
  std::size_t longest = plan_.measured.size();
  for (const Pass& pass : plan_.passes) {
    layouts_.push_back(block_layout(plan_, pass));
    longest = std::max<std::size_t>(longest, pass.rotation_count);
  }
  const std::size_t most_sums = std::max(most_parts * longest, plan_.encoded_amplitudes);
  own_sums_.resize(most_sums);
  all_sums_.resize(most_sums * ranks.size());
  by_amplitude_.resize(plan_.encoded_amplitudes);
  by_rotation_.resize(plan_.rotations.size());
  values_.resize(plan_.outputs);
  psi_.ensure(elements(), name_);
  copy_.ensure(elements(), name_);
}

template <class T>
void DistributedEngine<T>::load(std::span<const T> parameters, std::span<const T> inputs, bool gradients, bool rates) {
  require_size("parameters", parameters, circuit_.parameters());
  require_size("inputs", inputs, circuit_.inputs());
  if (gradients) lambda_.ensure(elements(), name_);
  if (rates) psi_dot_.ensure(elements(), name_);
  if (gradients && rates) lambda_dot_.ensure(elements(), name_);
  angles_.evaluate(parameters, inputs, gradients || rates);
  steps_.update(angles_.halves());
  if (gradients) steps_.update_backward();
}

template <class T>
typename DistributedEngine<T>::Share DistributedEngine<T>::blocks_of(const Pass& pass) const {
  const std::size_t each = local_rows() / pass.rows(), first = std::min(ranks_.rank() * each, pass.blocks());
  return {first, std::min(first + each, pass.blocks())};
}

template <class T>
PassCall<T> DistributedEngine<T>::call(std::size_t pass) const {
  return {&plan_,
          &plan_.passes[pass],
          steps_.tangents() + plan_.passes[pass].first_rotation,
          T{1},
          T{1},
          nullptr,
          nullptr,
          psi_.get(),
          lambda_.get(),
          steps_.cosines() + plan_.passes[pass].first_rotation,
          steps_.shifts() + plan_.passes[pass].first_rotation};
}

template <class T>
T* DistributedEngine<T>::real_part(T* state, std::size_t index) const {
  const std::size_t width = std::size_t{1} << plan_.lane_bits, row = index / width;
  if (row / local_rows() != ranks_.rank()) return nullptr;
  return state + row % local_rows() * 2 * width + index % width;
}

template <class T>
void DistributedEngine<T>::write_start(std::span<const double> amplitudes, T* state) const {
  std::fill_n(state, elements(), T{0});
  for (std::size_t index = 0; index < amplitudes.size(); ++index)
    if (T* const place = real_part(state, index)) *place = static_cast<T>(amplitudes[index]);
}

template <class T>
void DistributedEngine<T>::start() {
  write_start(angles_.amplitudes(), psi_.get());
  if (plan_.encoded_amplitudes == 0 && ranks_.rank() == 0) psi_.get()[0] = T{1};
}

template <class T>
void DistributedEngine<T>::move_into(std::size_t number, T* state) {
  const RankLayout& from = number > 0 ? layouts_[number - 1] : plain_;
  redistribution_.move(from, layouts_[number], steps_.forward_gains()[number], state);
}

template <class T>
void DistributedEngine<T>::evolve() {
  start();
  for (std::size_t pass = 0; pass < plan_.passes.size(); ++pass) {
    move_into(pass, psi_.get());
    const Share blocks = blocks_of(plan_.passes[pass]);
    kernels_.forward_in_place(call(pass), blocks.first, blocks.last);
  }
  if (!layouts_.empty()) redistribution_.move(layouts_.back(), plain_, T{1}, psi_.get());
}

template <class T>
typename DistributedEngine<T>::LocalString DistributedEngine<T>::localise(const PlannedString& string,
                                                                          const T* source) {
  const auto low = static_cast<std::uint32_t>(local_rows() - 1);
  const auto high = static_cast<std::uint32_t>(std::countr_zero(local_rows()));
  LocalString local{string, parity(static_cast<std::uint64_t>(ranks_.rank()) & string.row_sign >> high) != 0, source};
  local.string.row_flip &= low;
  local.string.row_sign &= low;
  if (const std::size_t mask = string.row_flip >> high; mask != 0) {
    redistribution_.fetch(mask, source, copy_.get());
    local.right = copy_.get();
  }
  return local;
}

// As in one process, in parts of a fixed number.
template <class T>
double DistributedEngine<T>::sum_elements(const PlannedString& string, const T* left, const T* right) {
  const std::size_t parts = std::min(plan_.rows(), most_parts), own_parts = parts / ranks_.size();
  const LocalString here = localise(string, right);
  for (std::size_t part = 0; part < own_parts; ++part) {
    const Part range(local_rows(), own_parts, part);
    const double sum =
        kernels_.matrix_element({&here.string, range.first, range.last, left, here.right, nullptr, T{1}});
    own_sums_[part] = here.is_negative ? -sum : sum;
  }
  ranks_.gather_all(std::span(own_sums_).first(own_parts), std::span(all_sums_).first(parts));
  double sum = 0;
  for (std::size_t part = 0; part < parts; ++part) sum += all_sums_[part];
  return sum;
}

template <class T>
void DistributedEngine<T>::measure(std::span<T> outputs) {
  std::fill(values_.begin(), values_.end(), 0.0);
  for (std::size_t index = 0; index < plan_.measured.size(); ++index) {
    const double sum = sum_elements(plan_.measured[index], psi_.get(), psi_.get());
    values_[plan_.measured[index].output] += steps_.measured_coefficients()[index] * sum * steps_.output_factor();
  }
  for (std::size_t output = 0; output < outputs.size(); ++output) outputs[output] = static_cast<T>(values_[output]);
}

// target = sum_k weights[k] O_k source, over the square of psi's scale; or added to it.
template <class T>
void DistributedEngine<T>::put_strings(std::span<const T> weights, const T* source, T* target, bool adds) {
  if (plan_.measured.empty() && !adds) std::fill_n(target, elements(), T{0});
  for (std::size_t index = 0; index < plan_.measured.size(); ++index) {
    const LocalString here = localise(plan_.measured[index], source);
    const double weight = steps_.measured_coefficients()[index] * steps_.output_factor() *
                          static_cast<double>(weights[plan_.measured[index].output]);
    const StringCall<T> call{
        &here.string, 0, local_rows(), source, here.right, target, static_cast<T>(here.is_negative ? -weight : weight)};
    index == 0 && !adds ? kernels_.write_string(call) : kernels_.add_string(call);
  }
}

template <class T>
void DistributedEngine<T>::seed(std::span<const T> upstream) {
  put_strings(upstream, psi_.get(), lambda_.get(), false);
}

template <class T>
void DistributedEngine<T>::undo(std::size_t number) {
  const Pass& pass = plan_.passes[number];
  std::fill(own_sums_.begin(), own_sums_.end(), 0.0);
  for_each_part(pass, [&](std::size_t part, const Part& blocks, std::size_t before) {
    PassCall<T> here = call(number);
    const std::size_t skipped = before * pass.rows() * row_elements();
    here.psi_block += skipped;
    here.lambda_block += skipped;
    kernels_.backward_in_place(here, blocks.first, blocks.last, own_sums_.data() + part * pass.rotation_count);
  });
  sum_parts(own_sums_, number, by_rotation_);
}

template <class T>
void DistributedEngine<T>::sum_parts(std::span<const double> own, std::size_t number, std::vector<double>& result) {
  const Pass& pass = plan_.passes[number];
  const std::size_t parts = std::min(pass.blocks(), most_parts), count = pass.rotation_count;
  ranks_.gather_all(own.first(parts * count), std::span(all_sums_).first(parts * count * ranks_.size()));
  for (std::size_t place = 0; place < count; ++place) {
    double sum = 0;
    for (std::size_t part = 0; part < parts; ++part) sum += sum_of(part, place, parts, count);
    result[pass.first_rotation + place] = sum * steps_.gradient_factors()[pass.first_rotation + place];
  }
}

// Of the one rank that has the part; the others wrote zero.
template <class T>
double DistributedEngine<T>::sum_of(std::size_t part, std::size_t place, std::size_t parts, std::size_t count) const {
  double sum = 0;
  for (std::size_t rank = 0; rank < ranks_.size(); ++rank) sum += all_sums_[(rank * parts + part) * count + place];
  return sum;
}

// dE/da = 2 Re lambda for the real amplitudes a that the state starts from.
template <class T>
void DistributedEngine<T>::read_amplitude_gradients(const RankLayout& layout, T gain, T* lambda,
                                                    std::vector<double>& result) {
  if (result.empty()) return;
  redistribution_.move(layout, plain_, gain, lambda);
  for (std::size_t index = 0; index < result.size(); ++index) {
    const T* const place = real_part(lambda, index);
    own_sums_[index] = place ? 2 * static_cast<double>(*place) : 0.0;
  }
  const std::size_t count = result.size();
  ranks_.gather_all(std::span(own_sums_).first(count), std::span(all_sums_).first(count * ranks_.size()));
  for (std::size_t index = 0; index < count; ++index) result[index] = sum_of(0, index, 1, count);
}

template <class T>
void DistributedEngine<T>::differentiate(std::span<T> gradient_parameters, std::span<T> gradient_inputs) {
  const RankLayout* layout = &plain_;
  typename ScaledSteps<T>::Gains gains{T{1}, T{1}};
  for (std::size_t pass = plan_.passes.size(); pass-- > 0;) {
    redistribution_.move(*layout, layouts_[pass], gains.psi, psi_.get());
    redistribution_.move(*layout, layouts_[pass], gains.lambda, lambda_.get());
    undo(pass);
    layout = &layouts_[pass];
    gains = steps_.backward_gains()[pass];
  }
  read_amplitude_gradients(*layout, gains.lambda, lambda_.get(), by_amplitude_);
  angles_.write_gradients(by_rotation_, by_amplitude_, gradient_parameters, gradient_inputs);
}

template class DistributedEngine<float>;
template class DistributedEngine<double>;

}  // namespace tacit::quantum_sim
