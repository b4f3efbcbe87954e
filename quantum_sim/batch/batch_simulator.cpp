#include "quantum_sim/batch/batch_simulator.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "core/error.h"
#include "quantum_sim/batch/angles.h"
#include "quantum_sim/batch/gradient_sums.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/batch/visit_plan.h"
#include "quantum_sim/compile/diagonals.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

template <class T>
void require_size(const char* what, std::span<const T> given, std::size_t expected) {
  if (given.size() != expected) fail(ErrorKind::usage, "{}: expected {} values, got {}", what, expected, given.size());
}

template <class T>
void require_size_or_empty(const char* what, std::span<const T> given, std::size_t expected) {
  if (!given.empty()) require_size(what, given, expected);
}

// Values by sample [batch, K] into lanes [K][W]; lanes without a sample are zero.
template <class T>
void gather(std::span<const T> values, std::size_t width, std::size_t first, std::size_t count, T* lanes) {
  std::fill_n(lanes, width * tile_width<T>, T{0});
  if (values.empty()) return;
  for (std::size_t lane = 0; lane < count; ++lane)
    for (std::size_t k = 0; k < width; ++k) lanes[k * tile_width<T> + lane] = values[(first + lane) * width + k];
}

template <class T>
void scatter(const T* lanes, std::size_t width, std::size_t first, std::size_t count, std::span<T> values) {
  if (values.empty()) return;
  for (std::size_t lane = 0; lane < count; ++lane)
    for (std::size_t k = 0; k < width; ++k) values[(first + lane) * width + k] = lanes[k * tile_width<T> + lane];
}

Derivatives by(bool inputs_too) {
  return inputs_too ? Derivatives::by_all : Derivatives::by_parameters;
}

Program compile_for_batches(const Circuit& circuit, const std::vector<Observable>& observables) {
  Program program = compile(circuit, observables);
  gather_diagonals(program);
  return program;
}

// Blocks of a pass over that many states, so that they stay in the first level of cache: a row of a state takes two
// vectors of 64 bytes. Larger blocks fit as well, but were slower.
std::uint32_t block_dimension(std::uint32_t states) {
  return states == 1 ? 8 : 6;
}

}  // namespace

template <class T>
struct BatchSimulator<T>::State {
  State(Circuit circuit_in, const std::vector<Observable>& observables)
      : circuit(std::move(circuit_in)),
        program(compile_for_batches(circuit, observables)),
        forward_plan(plan_visits(program, {block_dimension(1), 3})),
        forward_tangent_plan(plan_visits(program, {block_dimension(2), 2})),
        backward_plan(plan_visits(program, {block_dimension(2), 3})),
        backward_tangent_plan(plan_visits(program, {block_dimension(4), 2})),
        angles(circuit, program),
        gradient(circuit, program, angles.factors()),
        gradient_dot(circuit, program, angles.factors(), &gradient),
        state_name(fmt::format("one tile of states of {} qubits", circuit.qubits())) {
    require_memory(std::uint64_t{state_elements()} * sizeof(T), available_memory(), state_name);
    for (AlignedArray<T>* lanes : {&upstream, &upstream_dot, &outputs, &outputs_dot})
      lanes->ensure(program.outputs * tile_width<T>, "the outputs of a tile of samples");
    slot_sums.resize(program.slots.size());
  }

  std::size_t state_elements() const { return program.rows() * 2 * tile_width<T>; }
  std::size_t outputs_count() const { return program.outputs; }

  void ensure_states(std::initializer_list<AlignedArray<T>*> states) {
    for (AlignedArray<T>* state : states) state->ensure(state_elements(), state_name);
  }

  void require_values(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch) const {
    const std::size_t widest = std::max<std::size_t>({circuit.inputs(), program.outputs, 1});
    if (batch > std::numeric_limits<std::size_t>::max() / widest / tile_width<T>)
      fail(ErrorKind::usage, "batch: {} samples cannot be addressed", batch);
    require_size("parameters", parameters, circuit.parameters());
    require_size("inputs [batch, inputs]", inputs, batch * circuit.inputs());
  }

  void require_direction(std::span<const T> parameters_dot, std::span<const T> inputs_dot, std::size_t batch) const {
    require_size_or_empty("parameters_dot", parameters_dot, circuit.parameters());
    require_size_or_empty("inputs_dot [batch, inputs]", inputs_dot, batch * circuit.inputs());
  }

  void ensure_tables(std::initializer_list<std::pair<AlignedArray<T>*, AlignedArray<double>*>> tables) {
    if (program.diagonals.empty()) return;
    for (const auto& [lanes, sums] : tables) {
      lanes->ensure(program.rows() * tile_width<T>, "the gradients by row of a tile of samples");
      sums->ensure(program.diagonals.size() * program.rows(), "the gradients by row of the diagonals of a circuit");
      std::fill_n(sums->get(), program.diagonals.size() * program.rows(), 0.0);
    }
  }

  Tile<T> tile(bool wants_outputs, bool is_tangent) const {
    return {.program = &program,
            .forward_plan = is_tangent ? &forward_tangent_plan : &forward_plan,
            .backward_plan = is_tangent ? &backward_tangent_plan : &backward_plan,
            .samples = 0,
            .forward_coefficients = angles.shared().forward(),
            .backward_coefficients = angles.shared().backward(),
            .scaled = angles.shared().scaled(),
            .measured_coefficients = angles.shared().measured_coefficients(),
            .output_factor = angles.shared().output_factor(),
            .lane_coefficients = angles.lanes(),
            .diagonal_factors = angles.shared().diagonals().factors(),
            .diagonal_rates = angles.shared().diagonals().rates(),
            .upstream = upstream.get(),
            .upstream_dot = upstream_dot.get(),
            .psi = psi.get(),
            .psi_dot = psi_dot.get(),
            .lambda = lambda.get(),
            .lambda_dot = lambda_dot.get(),
            .outputs = wants_outputs ? outputs.get() : nullptr,
            .outputs_dot = outputs_dot.get(),
            .gradient = gradient.tile(),
            .gradient_dot = gradient_dot.tile(),
            .overlaps = overlaps.get(),
            .overlaps_dot = overlaps_dot.get(),
            .diagonal_sums = diagonal_sums.get(),
            .diagonal_sums_dot = diagonal_sums_dot.get()};
  }

  // Calls work(tile, first sample) for one tile of samples after another, its angles loaded.
  template <class Work>
  void for_each_tile(std::size_t batch, bool wants_outputs, bool is_tangent, Work work) {
    Tile<T> current = tile(wants_outputs, is_tangent);
    for (std::size_t first = 0; first < batch; first += tile_width<T>) {
      current.samples = std::min(tile_width<T>, batch - first);
      angles.load_tile(first, current.samples);
      work(current, first);
    }
  }

  void finish(GradientSums<T>& sums, const AlignedArray<double>& by_row, std::span<T> parameters) {
    std::fill(slot_sums.begin(), slot_sums.end(), 0.0);
    angles.shared().diagonals().fold(by_row.get(), slot_sums);
    for (std::size_t slot = 0; slot < slot_sums.size(); ++slot) sums.add(slot, 2 * slot_sums[slot]);
    sums.finish(angles.shared().gradient_factors(), parameters);
  }

  Circuit circuit;
  Program program;
  VisitPlan forward_plan, forward_tangent_plan, backward_plan, backward_tangent_plan;
  Angles<T> angles;
  GradientSums<T> gradient, gradient_dot;
  std::string state_name;  // made once: calls must not allocate
  AlignedArray<T> psi, psi_dot, lambda, lambda_dot;
  AlignedArray<T> upstream, upstream_dot, outputs, outputs_dot;
  AlignedArray<T> overlaps, overlaps_dot;
  AlignedArray<double> diagonal_sums, diagonal_sums_dot;
  std::vector<double> slot_sums;
};

template <class T>
BatchSimulator<T>::BatchSimulator(Circuit circuit, std::vector<Observable> observables)
    : state_(std::make_unique<State>(std::move(circuit), observables)) {}
template <class T>
BatchSimulator<T>::~BatchSimulator() = default;
template <class T>
BatchSimulator<T>::BatchSimulator(BatchSimulator&&) noexcept = default;

template <class T>
const Circuit& BatchSimulator<T>::circuit() const noexcept {
  return state_->circuit;
}

template <class T>
std::size_t BatchSimulator<T>::outputs() const noexcept {
  return state_->outputs_count();
}

template <class T>
void BatchSimulator<T>::forward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                                std::span<T> outputs) {
  State& s = *state_;
  s.require_values(parameters, inputs, batch);
  require_size<T>("outputs [batch, outputs]", outputs, batch * s.outputs_count());
  s.angles.begin(parameters, {}, inputs, {}, batch, Derivatives::none);
  s.ensure_states({&s.psi});
  s.for_each_tile(batch, true, false, [&](const Tile<T>& tile, std::size_t first) {
    run_forward(tile);
    scatter(tile.outputs, s.outputs_count(), first, tile.samples, outputs);
  });
}

template <class T>
void BatchSimulator<T>::backward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                                 std::span<const T> upstream, std::span<T> outputs, std::span<T> gradient_parameters,
                                 std::span<T> gradient_inputs) {
  State& s = *state_;
  s.require_values(parameters, inputs, batch);
  require_size("upstream [batch, outputs]", upstream, batch * s.outputs_count());
  require_size_or_empty<T>("outputs [batch, outputs]", outputs, batch * s.outputs_count());
  require_size_or_empty<T>("gradient_parameters", gradient_parameters, s.circuit.parameters());
  require_size_or_empty<T>("gradient_inputs [batch, inputs]", gradient_inputs, batch * s.circuit.inputs());
  s.angles.begin(parameters, {}, inputs, {}, batch, by(!gradient_inputs.empty()));
  s.ensure_states({&s.psi, &s.lambda});
  s.ensure_tables({{&s.overlaps, &s.diagonal_sums}});
  const std::span<const double> factors = s.angles.shared().gradient_factors();
  s.gradient.begin();
  s.for_each_tile(batch, !outputs.empty(), false, [&](const Tile<T>& tile, std::size_t first) {
    gather(upstream, s.outputs_count(), first, tile.samples, s.upstream.get());
    run_backward(tile);
    scatter(tile.outputs, s.outputs_count(), first, tile.samples, outputs);
    s.gradient.add_tile(first, tile.samples, factors, gradient_inputs);
  });
  s.finish(s.gradient, s.diagonal_sums, gradient_parameters);
}

template <class T>
void BatchSimulator<T>::forward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                                        std::span<const T> parameters_dot, std::span<const T> inputs_dot,
                                        std::span<T> outputs, std::span<T> outputs_dot) {
  State& s = *state_;
  s.require_values(parameters, inputs, batch);
  s.require_direction(parameters_dot, inputs_dot, batch);
  require_size_or_empty<T>("outputs [batch, outputs]", outputs, batch * s.outputs_count());
  require_size<T>("outputs_dot [batch, outputs]", outputs_dot, batch * s.outputs_count());
  s.angles.begin(parameters, parameters_dot, inputs, inputs_dot, batch, by(!inputs_dot.empty()));
  s.ensure_states({&s.psi, &s.psi_dot});
  s.for_each_tile(batch, !outputs.empty(), true, [&](const Tile<T>& tile, std::size_t first) {
    run_forward_tangent(tile);
    scatter(tile.outputs, s.outputs_count(), first, tile.samples, outputs);
    scatter(tile.outputs_dot, s.outputs_count(), first, tile.samples, outputs_dot);
  });
}

template <class T>
void BatchSimulator<T>::backward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                                         std::span<const T> parameters_dot, std::span<const T> inputs_dot,
                                         std::span<const T> upstream, std::span<const T> upstream_dot,
                                         const Cotangents& result) {
  State& s = *state_;
  s.require_values(parameters, inputs, batch);
  s.require_direction(parameters_dot, inputs_dot, batch);
  require_size("upstream [batch, outputs]", upstream, batch * s.outputs_count());
  require_size_or_empty("upstream_dot [batch, outputs]", upstream_dot, batch * s.outputs_count());
  for (const std::span<T>& parameter_result : {result.parameters, result.parameters_dot})
    require_size_or_empty<T>("gradient of the parameters", parameter_result, s.circuit.parameters());
  for (const std::span<T>& input_result : {result.inputs, result.inputs_dot})
    require_size_or_empty<T>("gradient of the inputs [batch, inputs]", input_result, batch * s.circuit.inputs());
  s.angles.begin(parameters, parameters_dot, inputs, inputs_dot, batch,
                 by(!inputs_dot.empty() || !result.inputs.empty() || !result.inputs_dot.empty()));
  s.ensure_states({&s.psi, &s.psi_dot, &s.lambda, &s.lambda_dot});
  s.ensure_tables({{&s.overlaps, &s.diagonal_sums}, {&s.overlaps_dot, &s.diagonal_sums_dot}});
  const std::span<const double> factors = s.angles.shared().gradient_factors();
  s.gradient.begin();
  s.gradient_dot.begin();
  s.for_each_tile(batch, false, true, [&](const Tile<T>& tile, std::size_t first) {
    gather(upstream, s.outputs_count(), first, tile.samples, s.upstream.get());
    gather(upstream_dot, s.outputs_count(), first, tile.samples, s.upstream_dot.get());
    run_backward_tangent(tile);
    s.gradient.add_tile(first, tile.samples, factors, result.inputs);
    s.gradient_dot.add_tile(first, tile.samples, factors, result.inputs_dot);
  });
  s.finish(s.gradient, s.diagonal_sums, result.parameters);
  s.finish(s.gradient_dot, s.diagonal_sums_dot, result.parameters_dot);
}

template class BatchSimulator<float>;
template class BatchSimulator<double>;

}  // namespace tacit::quantum_sim
