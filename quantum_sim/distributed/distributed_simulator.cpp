#include "quantum_sim/distributed/distributed_simulator.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "core/error.h"
#include "quantum_sim/circuit/pauli.h"
#include "quantum_sim/compile/diagonal_rotation_form.h"
#include "quantum_sim/distributed/redistribution.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/sizes.h"
#include "quantum_sim/state/parts.h"
#include "quantum_sim/state/scaled_steps.h"
#include "quantum_sim/state/state_angles.h"
#include "quantum_sim/state/state_kernels.h"
#include "quantum_sim/state/state_plan.h"

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
struct DistributedSimulator<T>::State {
  State(Circuit circuit_in, const std::vector<Observable>& observables, Communicator& ranks_in)
      : circuit(std::move(circuit_in)),
        ranks(ranks_in),
        kernels(state_kernels<T>()),
        form(to_diagonal_rotation_form(circuit, observables)),
        plan(plan_state(form, static_cast<std::uint32_t>(observables.size()), {.lane_bits = kernels.lane_bits})),
        redistribution(ranks, checked(plan, ranks.size()).row_bits, plan.lane_bits),
        angles(circuit, form, plan),
        steps(plan),
        plain(plain_layout(plan.row_bits)),
        name(fmt::format("a rank's share of a state of 2^{} amplitudes", plan.row_bits + plan.lane_bits)) {
    std::size_t longest = plan.measured.size();
    for (const Pass& pass : plan.passes) {
      layouts.push_back(block_layout(plan, pass));
      longest = std::max<std::size_t>(longest, pass.rotation_count);
    }
    const std::size_t most_sums = std::max(most_parts * longest, plan.encoded_amplitudes);
    own_sums.resize(most_sums);
    all_sums.resize(most_sums * ranks.size());
    by_amplitude.resize(plan.encoded_amplitudes);
    by_rotation.resize(plan.rotations.size());
    values.resize(plan.outputs);
    psi.ensure(elements(), name);
    copy.ensure(elements(), name);
  }

  std::size_t local_rows() const { return redistribution.local_rows(); }
  std::size_t elements() const { return local_rows() * (std::size_t{2} << plan.lane_bits); }

  /// This rank's share of `count` parts of equal size.
  struct Share {
    std::size_t first, last;
  };
  /// Of the blocks that a pass visits. They come first, so some ranks may have none.
  Share blocks_of(const Pass& pass) const {
    const std::size_t each = local_rows() / pass.rows(), first = std::min(ranks.rank() * each, pass.blocks());
    return {first, std::min(first + each, pass.blocks())};
  }

  PassCall<T> call(std::size_t pass) {
    return {&plan,
            &plan.passes[pass],
            steps.tangents() + plan.passes[pass].first_rotation,
            T{1},
            T{1},
            nullptr,
            nullptr,
            psi.get(),
            lambda.get(),
            steps.cosines() + plan.passes[pass].first_rotation,
            steps.shifts() + plan.passes[pass].first_rotation};
  }

  void evolve() {
    start();
    for (std::size_t pass = 0; pass < plan.passes.size(); ++pass) {
      redistribution.move(pass > 0 ? layouts[pass - 1] : plain, layouts[pass], steps.forward_gains()[pass], psi.get());
      const Share blocks = blocks_of(plan.passes[pass]);
      kernels.forward_in_place(call(pass), blocks.first, blocks.last);
    }
    if (!layouts.empty()) redistribution.move(layouts.back(), plain, T{1}, psi.get());
  }

  // Row after row, like the amplitudes that the state starts from.
  void start() {
    std::fill_n(psi.get(), elements(), T{0});
    if (plan.encoded_amplitudes == 0 && ranks.rank() == 0) psi.get()[0] = T{1};
    for (std::size_t index = 0; index < plan.encoded_amplitudes; ++index)
      if (T* const place = real_part(psi.get(), index)) *place = static_cast<T>(angles.amplitudes()[index]);
  }

  /// Of an amplitude, in row after row; null if another rank has it.
  T* real_part(T* state, std::size_t index) const {
    const std::size_t width = std::size_t{1} << plan.lane_bits, row = index / width;
    if (row / local_rows() != ranks.rank()) return nullptr;
    return state + row % local_rows() * 2 * width + index % width;
  }

  /// The string as it acts on this rank's rows, whose numbers lack the rank's bits, and the sign that they make.
  struct LocalString {
    PlannedString string;
    bool is_negative;
    const T* right;
  };
  LocalString localise(const PlannedString& string) {
    const auto low = static_cast<std::uint32_t>(local_rows() - 1);
    const auto high = static_cast<std::uint32_t>(std::countr_zero(local_rows()));
    LocalString local{string, parity(static_cast<std::uint64_t>(ranks.rank()) & string.row_sign >> high) != 0,
                      psi.get()};
    local.string.row_flip &= low;
    local.string.row_sign &= low;
    if (const std::size_t mask = string.row_flip >> high; mask != 0) {
      redistribution.fetch(mask, psi.get(), copy.get());
      local.right = copy.get();
    }
    return local;
  }

  // As in one process, in parts of a fixed number.
  void measure(std::span<T> outputs) {
    if (outputs.empty()) return;
    std::fill(values.begin(), values.end(), 0.0);
    const std::size_t parts = std::min(plan.rows(), most_parts), own_parts = parts / ranks.size();
    for (std::size_t index = 0; index < plan.measured.size(); ++index) {
      const LocalString here = localise(plan.measured[index]);
      for (std::size_t part = 0; part < own_parts; ++part) {
        const Part range(local_rows(), own_parts, part);
        const double sum =
            kernels.matrix_element({&here.string, range.first, range.last, psi.get(), here.right, nullptr, T{1}});
        own_sums[part] = here.is_negative ? -sum : sum;
      }
      ranks.gather_all(std::span(own_sums).first(own_parts), std::span(all_sums).first(parts));
      double sum = 0;
      for (std::size_t part = 0; part < parts; ++part) sum += all_sums[part];
      values[plan.measured[index].output] += steps.measured_coefficients()[index] * sum * steps.output_factor();
    }
    for (std::size_t output = 0; output < outputs.size(); ++output) outputs[output] = static_cast<T>(values[output]);
  }

  void seed(std::span<const T> upstream) {
    if (plan.measured.empty()) std::fill_n(lambda.get(), elements(), T{0});
    for (std::size_t index = 0; index < plan.measured.size(); ++index) {
      const LocalString here = localise(plan.measured[index]);
      const double weight = steps.measured_coefficients()[index] * steps.output_factor() *
                            static_cast<double>(upstream[plan.measured[index].output]);
      const StringCall<T> call{&here.string,
                               0,
                               local_rows(),
                               psi.get(),
                               here.right,
                               lambda.get(),
                               static_cast<T>(here.is_negative ? -weight : weight)};
      index == 0 ? kernels.write_string(call) : kernels.add_string(call);
    }
  }

  void differentiate() {
    const RankLayout* layout = &plain;
    T psi_gain{1}, lambda_gain{1};
    for (std::size_t pass = plan.passes.size(); pass-- > 0;) {
      redistribution.move(*layout, layouts[pass], psi_gain, psi.get());
      redistribution.move(*layout, layouts[pass], lambda_gain, lambda.get());
      visit_backward(pass);
      layout = &layouts[pass];
      psi_gain = steps.backward_gains()[pass].psi;
      lambda_gain = steps.backward_gains()[pass].lambda;
    }
    read_amplitude_gradients(*layout, lambda_gain);
  }

  // dE/da = 2 Re lambda for the real amplitudes a that the state starts from.
  void read_amplitude_gradients(const RankLayout& layout, T gain) {
    if (by_amplitude.empty()) return;
    redistribution.move(layout, plain, gain, lambda.get());
    for (std::size_t index = 0; index < by_amplitude.size(); ++index) {
      const T* const place = real_part(lambda.get(), index);
      own_sums[index] = place ? 2 * static_cast<double>(*place) : 0.0;
    }
    const std::size_t count = by_amplitude.size();
    ranks.gather_all(std::span(own_sums).first(count), std::span(all_sums).first(count * ranks.size()));
    for (std::size_t index = 0; index < count; ++index) by_amplitude[index] = sum_of(0, index, 1, count);
  }

  void visit_backward(std::size_t number) {
    const Pass& pass = plan.passes[number];
    const std::size_t blocks = pass.blocks(), parts = std::min(blocks, most_parts), count = pass.rotation_count;
    std::fill_n(own_sums.begin(), parts * count, 0.0);
    const Share own = blocks_of(pass);
    for (std::size_t part = 0; part < parts; ++part) {
      const Part range(blocks, parts, part);
      // A part never lies on two ranks: both are powers of two, and parts are no larger.
      if (range.first < own.first || range.first >= own.last) continue;
      PassCall<T> here = call(number);
      const std::size_t skipped = (range.first - own.first) * pass.rows() * (std::size_t{2} << plan.lane_bits);
      here.psi_block += skipped;
      here.lambda_block += skipped;
      kernels.backward_in_place(here, range.first, range.last, own_sums.data() + part * count);
    }
    ranks.gather_all(std::span(own_sums).first(parts * count), std::span(all_sums).first(parts * count * ranks.size()));
    for (std::size_t place = 0; place < count; ++place) {
      double sum = 0;
      for (std::size_t part = 0; part < parts; ++part) sum += sum_of(part, place, parts, count);
      by_rotation[pass.first_rotation + place] = sum * steps.gradient_factors()[pass.first_rotation + place];
    }
  }

  // Of the one rank that has the part; the others wrote zero.
  double sum_of(std::size_t part, std::size_t place, std::size_t parts, std::size_t count) const {
    double sum = 0;
    for (std::size_t rank = 0; rank < ranks.size(); ++rank) sum += all_sums[(rank * parts + part) * count + place];
    return sum;
  }

  void begin(std::span<const T> parameters, std::span<const T> inputs, bool wants_gradients) {
    require_size("parameters", parameters, circuit.parameters());
    require_size("inputs", inputs, circuit.inputs());
    angles.evaluate(parameters, inputs, wants_gradients);
    steps.update(angles.halves());
  }

  Circuit circuit;
  Communicator& ranks;
  StateKernels<T> kernels;
  RotationForm form;
  StatePlan plan;
  Redistribution<T> redistribution;
  StateAngles<T> angles;
  ScaledSteps<T> steps;
  RankLayout plain;
  std::vector<RankLayout> layouts;  ///< of the passes
  std::string name;
  AlignedArray<T> psi, lambda, copy;
  std::vector<double> own_sums, all_sums, by_rotation, by_amplitude, values;
};

template <class T>
DistributedSimulator<T>::DistributedSimulator(Circuit circuit, std::vector<Observable> observables, Communicator& ranks)
    : state_(std::make_unique<State>(std::move(circuit), observables, ranks)) {}
template <class T>
DistributedSimulator<T>::~DistributedSimulator() = default;
template <class T>
DistributedSimulator<T>::DistributedSimulator(DistributedSimulator&&) noexcept = default;

template <class T>
const Circuit& DistributedSimulator<T>::circuit() const noexcept {
  return state_->circuit;
}
template <class T>
std::size_t DistributedSimulator<T>::outputs() const noexcept {
  return state_->plan.outputs;
}

template <class T>
void DistributedSimulator<T>::forward(std::span<const T> parameters, std::span<const T> inputs, std::span<T> outputs) {
  State& s = *state_;
  require_size("outputs", outputs, s.plan.outputs);
  s.begin(parameters, inputs, false);
  s.evolve();
  s.measure(outputs);
}

template <class T>
void DistributedSimulator<T>::backward(std::span<const T> parameters, std::span<const T> inputs,
                                       std::span<const T> upstream, std::span<T> outputs,
                                       std::span<T> gradient_parameters, std::span<T> gradient_inputs) {
  State& s = *state_;
  require_size("upstream", upstream, s.plan.outputs);
  require_size_or_empty("outputs", outputs, s.plan.outputs);
  require_size_or_empty("gradient_parameters", gradient_parameters, s.circuit.parameters());
  require_size_or_empty("gradient_inputs", gradient_inputs, s.circuit.inputs());
  s.begin(parameters, inputs, true);
  s.steps.update_backward();
  s.lambda.ensure(s.elements(), s.name);
  s.evolve();
  s.measure(outputs);
  s.seed(upstream);
  s.differentiate();
  s.angles.write_gradients(s.by_rotation, s.by_amplitude, gradient_parameters, gradient_inputs);
}

template class DistributedSimulator<float>;
template class DistributedSimulator<double>;

}  // namespace tacit::quantum_sim
