#include "quantum_sim/state/state_simulator.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/error.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/state/rotation_angles.h"
#include "quantum_sim/state/scaled_steps.h"
#include "quantum_sim/state/state_kernels.h"
#include "quantum_sim/state/state_plan.h"
#include "quantum_sim/state/thread_team.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::uint32_t fewest_shared_bits = 14;
// Work is handed out in at most this many parts, whatever the number of threads, and sums are taken part by part: so
// they do not depend on it.
constexpr std::size_t most_parts = 64;

template <class T>
void require_size(const char* what, std::span<const T> given, std::size_t expected) {
  if (given.size() != expected) fail(ErrorKind::usage, "{}: expected {} values, got {}", what, expected, given.size());
}

template <class T>
void require_size_or_empty(const char* what, std::span<const T> given, std::size_t expected) {
  if (!given.empty()) require_size(what, given, expected);
}

/// Part `index` of `count` things in `parts` parts.
struct Part {
  Part(std::size_t count, std::size_t parts, std::size_t index)
      : first(count * index / parts), last(count * (index + 1) / parts) {}
  std::size_t first, last;
};

}  // namespace

template <class T>
struct StateSimulator<T>::State {
  State(Circuit circuit_in, const std::vector<Observable>& observables, const StateOptions& options)
      : circuit(std::move(circuit_in)),
        kernels(state_kernels<T>()),
        form(to_rotation_form(circuit, observables)),
        plan(plan_state(form, static_cast<std::uint32_t>(observables.size()), {.lane_bits = kernels.lane_bits})),
        angles(circuit, form, plan),
        steps(plan),
        team(plan.row_bits + plan.lane_bits < fewest_shared_bits ? 1 : std::max<std::size_t>(options.threads, 1)),
        state_name(fmt::format("a state of 2^{} amplitudes", plan.row_bits + plan.lane_bits)) {
    require_memory(std::uint64_t{elements()} * sizeof(T), available_memory(), state_name);
    std::size_t longest = 0;
    for (const Pass& pass : plan.passes) longest = std::max<std::size_t>(longest, pass.rotation_count);
    for (AlignedArray<T>* block : {&psi_blocks, &lambda_blocks})
      block->ensure(plan.single_block ? 1 : team.size() * block_elements(), "the blocks of a state");
    sums.resize(most_parts * std::max(longest, plan.measured.size()));
    by_rotation.resize(plan.rotations.size());
    values.resize(plan.outputs);
  }

  std::size_t row_elements() const { return std::size_t{2} << plan.lane_bits; }
  std::size_t elements() const { return plan.rows() * row_elements(); }
  std::size_t block_elements() const { return plan.passes.empty() ? 0 : plan.passes.front().rows() * row_elements(); }

  void require_values(std::span<const T> parameters, std::span<const T> inputs) const {
    require_size("parameters", parameters, circuit.parameters());
    require_size("inputs", inputs, circuit.inputs());
  }

  // A single block moves between two arrays from pass to pass.
  struct Buffers {
    AlignedArray<T> one, other;
    void ensure(std::size_t count, bool both, const std::string& what) {
      one.ensure(count, what);
      if (both) other.ensure(count, what);
    }
  };

  PassCall<T> call(std::size_t pass, std::size_t thread) {
    PassCall<T> result{&plan,
                       &plan.passes[pass],
                       steps.tangents() + plan.passes[pass].first_rotation,
                       T{1},
                       T{1},
                       psi.one.get(),
                       lambda.one.get(),
                       psi.other.get(),
                       lambda.other.get()};
    if (plan.single_block) {
      if (pass % 2) std::swap(result.psi, result.psi_block);
      if (pass % 2) std::swap(result.lambda, result.lambda_block);
    } else {
      result.psi_block = psi_blocks.get() + thread * block_elements();
      result.lambda_block = lambda_blocks.get() + thread * block_elements();
    }
    return result;
  }

  bool ends_in_other() const { return plan.single_block && plan.passes.size() % 2; }
  T* final_psi() const { return (ends_in_other() ? psi.other : psi.one).get(); }
  T* final_lambda() const { return (ends_in_other() ? lambda.other : lambda.one).get(); }

  void evolve() {
    // Rows that no rotation has reached yet are never read, except the first.
    std::fill_n(psi.one.get(), plan.passes.empty() ? elements() : row_elements(), T{0});
    psi.one.get()[0] = T{1};
    for (std::size_t pass = 0; pass < plan.passes.size(); ++pass) {
      const std::size_t blocks = plan.passes[pass].blocks(), parts = std::min(blocks, most_parts);
      team.for_each(parts, [&](std::size_t part, std::size_t thread) {
        PassCall<T> here = call(pass, thread);
        here.psi_gain = steps.forward_gains()[pass];
        const Part range(blocks, parts, part);
        kernels.forward(here, range.first, range.last);
      });
    }
  }

  void measure(std::span<T> outputs) {
    if (outputs.empty()) return;
    std::fill(values.begin(), values.end(), 0.0);
    const std::size_t parts = std::min(plan.rows(), most_parts);
    for (std::size_t index = 0; index < plan.measured.size(); ++index) {
      team.for_each(parts, [&](std::size_t part, std::size_t) {
        const Part range(plan.rows(), parts, part);
        sums[part] = kernels.matrix_element(
            {&plan.measured[index], range.first, range.last, final_psi(), final_psi(), nullptr, T{1}});
      });
      double sum = 0;
      for (std::size_t part = 0; part < parts; ++part) sum += sums[part];
      values[plan.measured[index].output] += steps.measured_coefficients()[index] * sum * steps.output_factor();
    }
    for (std::size_t output = 0; output < outputs.size(); ++output) outputs[output] = static_cast<T>(values[output]);
  }

  // lambda = sum_k w[k] O_k psi, in the inverse of psi's scale.
  void seed(std::span<const T> upstream) {
    const std::size_t parts = std::min(plan.rows(), most_parts);
    if (plan.measured.empty()) std::fill_n(final_lambda(), elements(), T{0});
    for (std::size_t index = 0; index < plan.measured.size(); ++index) {
      const double weight = steps.measured_coefficients()[index] * steps.output_factor() *
                            static_cast<double>(upstream[plan.measured[index].output]);
      team.for_each(parts, [&](std::size_t part, std::size_t) {
        const Part range(plan.rows(), parts, part);
        const StringCall<T> here{&plan.measured[index], range.first,           range.last, final_psi(), final_psi(),
                                 final_lambda(),        static_cast<T>(weight)};
        index == 0 ? kernels.write_string(here) : kernels.add_string(here);
      });
    }
  }

  void differentiate() {
    for (std::size_t pass = plan.passes.size(); pass-- > 0;) {
      const std::size_t blocks = plan.passes[pass].blocks(), parts = std::min(blocks, most_parts);
      const std::size_t count = plan.passes[pass].rotation_count, first = plan.passes[pass].first_rotation;
      std::fill_n(sums.begin(), parts * count, 0.0);
      team.for_each(parts, [&](std::size_t part, std::size_t thread) {
        PassCall<T> here = call(pass, thread);
        here.psi_gain = steps.backward_gains()[pass].psi;
        here.lambda_gain = steps.backward_gains()[pass].lambda;
        const Part range(blocks, parts, part);
        kernels.backward(here, range.first, range.last, sums.data() + part * count);
      });
      for (std::size_t place = 0; place < count; ++place) {
        double sum = 0;
        for (std::size_t part = 0; part < parts; ++part) sum += sums[part * count + place];
        by_rotation[first + place] = sum * steps.gradient_factors()[first + place];
      }
    }
  }

  Circuit circuit;
  StateKernels<T> kernels;
  RotationForm form;
  StatePlan plan;
  RotationAngles angles;
  ScaledSteps<T> steps;
  ThreadTeam team;
  std::string state_name;  // made once: calls must not allocate
  Buffers psi, lambda;
  AlignedArray<T> psi_blocks, lambda_blocks;
  std::vector<double> sums, by_rotation, values;
};

template <class T>
StateSimulator<T>::StateSimulator(Circuit circuit, std::vector<Observable> observables, StateOptions options)
    : state_(std::make_unique<State>(std::move(circuit), observables, options)) {}
template <class T>
StateSimulator<T>::~StateSimulator() = default;
template <class T>
StateSimulator<T>::StateSimulator(StateSimulator&&) noexcept = default;

template <class T>
const Circuit& StateSimulator<T>::circuit() const noexcept {
  return state_->circuit;
}
template <class T>
std::size_t StateSimulator<T>::outputs() const noexcept {
  return state_->plan.outputs;
}
template <class T>
const StatePlan& StateSimulator<T>::plan() const noexcept {
  return state_->plan;
}

template <class T>
void StateSimulator<T>::forward(std::span<const T> parameters, std::span<const T> inputs, std::span<T> outputs) {
  State& s = *state_;
  s.require_values(parameters, inputs);
  require_size<T>("outputs", outputs, s.plan.outputs);
  s.angles.evaluate(parameters, inputs);
  s.steps.update(s.angles.halves());
  s.psi.ensure(s.elements(), s.plan.single_block, s.state_name);
  s.evolve();
  s.measure(outputs);
}

template <class T>
void StateSimulator<T>::backward(std::span<const T> parameters, std::span<const T> inputs, std::span<const T> upstream,
                                 std::span<T> outputs, std::span<T> gradient_parameters, std::span<T> gradient_inputs) {
  State& s = *state_;
  s.require_values(parameters, inputs);
  require_size("upstream", upstream, s.plan.outputs);
  require_size_or_empty<T>("outputs", outputs, s.plan.outputs);
  require_size_or_empty<T>("gradient_parameters", gradient_parameters, s.circuit.parameters());
  require_size_or_empty<T>("gradient_inputs", gradient_inputs, s.circuit.inputs());
  s.angles.evaluate(parameters, inputs);
  s.steps.update(s.angles.halves());
  s.steps.update_backward();
  s.psi.ensure(s.elements(), s.plan.single_block, s.state_name);
  s.lambda.ensure(s.elements(), s.plan.single_block, s.state_name);
  s.evolve();
  s.measure(outputs);
  s.seed(upstream);
  s.differentiate();
  s.angles.write_gradients(s.by_rotation, gradient_parameters, gradient_inputs);
}

template class StateSimulator<float>;
template class StateSimulator<double>;

}  // namespace tacit::quantum_sim
