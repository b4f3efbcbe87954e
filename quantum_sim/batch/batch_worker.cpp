#include "quantum_sim/batch/batch_worker.h"

#include <algorithm>
#include <string>

namespace tacit::quantum_sim {
namespace {

// A load right behind a store waits for it if their addresses agree in the last 12 bits, so no state lies a multiple of
// 4 KiB behind another.
constexpr std::size_t bytes_between_states = 1024;

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

template <class T>
Derivatives wanted(const BatchCall<T>& call) {
  if (call.kind == BatchCall<T>::Kind::forward) return Derivatives::none;
  const bool by_inputs = !call.inputs_dot.empty() || !call.input_gradient.empty() || !call.input_gradient_dot.empty();
  return by_inputs ? Derivatives::by_all : Derivatives::by_parameters;
}

}  // namespace

template <class T>
BatchWorker<T>::BatchWorker(const CompiledBatch& compiled)
    : compiled_(compiled),
      program_(compiled.program),
      angles_(compiled.circuit, program_, compiled.kept),
      start_(compiled.circuit, program_),
      gradient_(compiled.circuit, program_, angles_.factors()),
      gradient_dot_(compiled.circuit, program_, angles_.factors(), &gradient_) {
  for (AlignedArray<T>* lanes : {&upstream_, &upstream_dot_, &outputs_, &outputs_dot_})
    lanes->ensure(program_.outputs * tile_width<T>, "the outputs of a tile of samples");
}

template <class T>
void BatchWorker<T>::prepare(const BatchCall<T>& call) {
  const auto ensure = [&](AlignedArray<T>& array, std::size_t states) {
    // The message is made only if there is something to allocate: a call must not.
    if (const std::size_t elements = states * state_stride(); array.size() < elements)
      array.ensure(elements, fmt::format("a tile of {} states of {} qubits", states, compiled_.circuit.qubits()));
  };
  const std::size_t states = call.goes_back() ? compiled_.kept.size() + 1 : 1;
  ensure(psi_, states);
  ensure(psi_dot_, call.is_tangent() ? states : 0);
  ensure(lambda_, call.goes_back() ? 1 : 0);
  ensure(lambda_dot_, call.kind == BatchCall<T>::Kind::backward_tangent ? 1 : 0);
  start_.prepare(call);
  if (call.goes_back()) ensure_sums(diagonals_);
  if (call.kind == BatchCall<T>::Kind::backward_tangent) ensure_sums(diagonals_dot_);
}

template <class T>
std::size_t BatchWorker<T>::state_stride() const {
  return program_.rows() * 2 * tile_width<T> + bytes_between_states / sizeof(T);
}

template <class T>
void BatchWorker<T>::ensure_sums(DiagonalSums& sums) {
  if (program_.diagonals.empty() || sums.overlaps.get()) return;
  sums.by_row.ensure(program_.diagonals.size() * program_.rows(), "the gradients by row of a circuit's diagonals");
  sums.by_slot.resize(program_.slots.size());
  sums.scratch.resize(program_.rows());
  sums.overlaps.ensure(program_.rows() * tile_width<T>, "the gradients by row of a tile of samples");
}

template <class T>
void BatchWorker<T>::require_valid(const BatchCall<T>& call) {
  angles_.require_valid(call.parameters, call.inputs, call.batch, wanted(call));
  start_.require_valid(call);
}

template <class T>
void BatchWorker<T>::begin(const BatchCall<T>& call) {
  angles_.begin(call.parameters, call.parameters_dot, call.inputs, call.inputs_dot);
  start_.begin(call);
}

template <class T>
Tile<T> BatchWorker<T>::tile(const BatchCall<T>& call) const {
  const ScaledRotations<T>& shared = angles_.shared();
  const CompiledBatch::ThereAndBack& both = call.is_tangent() ? compiled_.gradient_tangent : compiled_.gradient;
  const VisitPlan& one_way = call.is_tangent() ? compiled_.forward_tangent : compiled_.forward;
  return {.program = &program_,
          .forward_plan = call.goes_back() ? &both.forward : &one_way,
          .backward_plan = &both.backward,
          .samples = 0,
          .forward_coefficients = shared.forward(),
          .backward_coefficients = shared.backward(),
          .scaled = shared.scaled(),
          .measured_coefficients = shared.measured_coefficients(),
          .measured_groups = shared.measured_sums().groups(),
          .measured_weights = shared.measured_sums().weights(),
          .output_factor = shared.output_factor(),
          .lane_coefficients = angles_.lanes(),
          .diagonal_factors = shared.diagonals().factors(),
          .diagonal_rates = shared.diagonals().rates(),
          .upstream = upstream_.get(),
          .upstream_dot = upstream_dot_.get(),
          .state_stride = state_stride(),
          .psi = psi_.get(),
          .psi_dot = psi_dot_.get(),
          .lambda = lambda_.get(),
          .lambda_dot = lambda_dot_.get(),
          .start = start_.rows(),
          .start_dot = start_.rows_dot(),
          .start_gradient = start_.gradient(),
          .start_gradient_dot = start_.gradient_dot(),
          .outputs = call.outputs.empty() ? nullptr : outputs_.get(),
          .outputs_dot = outputs_dot_.get(),
          .gradient = gradient_.tile(),
          .gradient_dot = gradient_dot_.tile(),
          .overlaps = diagonals_.overlaps.get(),
          .overlaps_dot = diagonals_dot_.overlaps.get(),
          .diagonal_sums = diagonals_.by_row.get(),
          .diagonal_sums_dot = diagonals_dot_.by_row.get()};
}

template <class T>
void BatchWorker<T>::run_chunk(const BatchCall<T>& call, std::size_t first_tile, std::size_t end_tile,
                               double* parameter_sums, double* parameter_sums_dot) {
  const bool has_dot = call.kind == BatchCall<T>::Kind::backward_tangent;
  if (call.goes_back()) begin_sums(gradient_, diagonals_);
  if (has_dot) begin_sums(gradient_dot_, diagonals_dot_);
  Tile<T> current = tile(call);
  for (std::size_t index = first_tile; index < end_tile; ++index) {
    const std::size_t first = index * tile_width<T>;
    current.samples = std::min(tile_width<T>, call.batch - first);
    angles_.load_tile(first, current.samples);
    start_.load_tile(first, current.samples);
    run_tile(call, current, first);
  }
  if (call.goes_back()) finish_sums(gradient_, diagonals_, parameter_sums);
  if (has_dot) finish_sums(gradient_dot_, diagonals_dot_, parameter_sums_dot);
}

template <class T>
void BatchWorker<T>::run_tile(const BatchCall<T>& call, Tile<T>& tile, std::size_t first) {
  const std::span<const double> factors = angles_.shared().gradient_factors();
  if (call.goes_back()) gather(call.upstream, program_.outputs, first, tile.samples, upstream_.get());
  switch (call.kind) {
    case BatchCall<T>::Kind::forward:
      run_forward(tile);
      break;
    case BatchCall<T>::Kind::forward_tangent:
      run_forward_tangent(tile);
      scatter(tile.outputs_dot, program_.outputs, first, tile.samples, call.outputs_dot);
      break;
    case BatchCall<T>::Kind::backward:
      run_backward(tile);
      gradient_.add_tile(first, tile.samples, factors, call.input_gradient);
      break;
    case BatchCall<T>::Kind::backward_tangent:
      gather(call.upstream_dot, program_.outputs, first, tile.samples, upstream_dot_.get());
      run_backward_tangent(tile);
      gradient_.add_tile(first, tile.samples, factors, call.input_gradient);
      gradient_dot_.add_tile(first, tile.samples, factors, call.input_gradient_dot);
      break;
  }
  if (call.goes_back()) start_.add_gradients(angles_.shared().start_gradient_factor());
  scatter(tile.outputs, program_.outputs, first, tile.samples, call.outputs);
}

template <class T>
void BatchWorker<T>::begin_sums(GradientSums<T>& sums, DiagonalSums& diagonals) {
  sums.begin();
  std::fill_n(diagonals.by_row.get(), program_.diagonals.size() * program_.rows(), 0.0);
}

template <class T>
void BatchWorker<T>::finish_sums(GradientSums<T>& sums, DiagonalSums& diagonals, double* parameters) {
  std::fill(diagonals.by_slot.begin(), diagonals.by_slot.end(), 0.0);
  angles_.shared().diagonals().fold(diagonals.by_row.get(), diagonals.scratch, diagonals.by_slot);
  for (std::size_t slot = 0; slot < diagonals.by_slot.size(); ++slot) sums.add(slot, 2 * diagonals.by_slot[slot]);
  const std::span<const double> by_parameter = sums.finish(angles_.shared().gradient_factors());
  std::copy(by_parameter.begin(), by_parameter.end(), parameters);
}

template class BatchWorker<float>;
template class BatchWorker<double>;

}  // namespace tacit::quantum_sim
