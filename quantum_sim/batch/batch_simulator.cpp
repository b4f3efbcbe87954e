#include "quantum_sim/batch/batch_simulator.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "core/error.h"
#include "quantum_sim/batch/batch_worker.h"
#include "quantum_sim/sizes.h"
#include "quantum_sim/thread_team.h"

namespace tacit::quantum_sim {
namespace {

/// Tiles of a batch in chunks, each summed by one thread. Threads take chunks as they come and the sums are added in
/// the order of chunks, so chunks, and with them the last bits, depend on the batch alone.
struct Chunks {
  static constexpr std::size_t most = 64;
  /// Sums cost as much as a part of a tile: where there are some, a chunk has two tiles.
  Chunks(std::size_t tiles_in, bool has_sums)
      : tiles(tiles_in),
        tiles_of_chunk(std::max<std::size_t>(has_sums ? 2 : 1, (tiles + most - 1) / most)),
        count((tiles + tiles_of_chunk - 1) / tiles_of_chunk) {}
  std::size_t first(std::size_t chunk) const { return chunk * tiles_of_chunk; }
  std::size_t end(std::size_t chunk) const { return std::min(tiles, (chunk + 1) * tiles_of_chunk); }
  std::size_t tiles, tiles_of_chunk, count;
};

}  // namespace

template <class T>
struct BatchSimulator<T>::State {
  using Call = BatchCall<T>;

  State(Circuit circuit_in, const std::vector<Observable>& observables, BatchOptions options)
      : compiled(std::move(circuit_in), observables) {
    if (options.threads == 0) fail(ErrorKind::usage, "threads: a batch needs 1 at least, not 0");
    const std::uint64_t bytes = std::uint64_t{compiled.program.rows()} * 2 * tile_width<T> * sizeof(T);
    const std::uint64_t countable = std::numeric_limits<std::uint64_t>::max() / bytes;
    require_memory(std::min<std::uint64_t>(options.threads, countable) * bytes, available_memory(),
                   fmt::format("one tile of states of {} qubits for each of {} threads", compiled.circuit.qubits(),
                               options.threads));
    for (std::size_t member = 0; member < options.threads; ++member)
      workers.push_back(std::make_unique<BatchWorker<T>>(compiled));
    has_begun.resize(options.threads);
    if (options.threads > 1) team.emplace(options.threads);
  }

  void require_values(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch) const {
    const std::size_t widest = std::max<std::size_t>({compiled.circuit.inputs(), compiled.program.outputs, 1});
    if (batch > std::numeric_limits<std::size_t>::max() / widest / tile_width<T>)
      fail(ErrorKind::usage, "batch: {} samples cannot be addressed", batch);
    require_size("parameters", parameters, compiled.circuit.parameters());
    require_size("inputs [batch, inputs]", inputs, batch * compiled.circuit.inputs());
  }

  void require_direction(std::span<const T> parameters_dot, std::span<const T> inputs_dot, std::size_t batch) const {
    require_size_or_empty("parameters_dot", parameters_dot, compiled.circuit.parameters());
    require_size_or_empty("inputs_dot [batch, inputs]", inputs_dot, batch * compiled.circuit.inputs());
  }

  std::size_t outputs_count() const { return compiled.program.outputs; }
  std::size_t parameters_count() const { return compiled.circuit.parameters(); }

  void execute(const Call& call) {
    const Chunks chunks((call.batch + tile_width<T> - 1) / tile_width<T>, call.goes_back());
    workers[0]->require_valid(call);
    const bool alone = workers.size() == 1 || chunks.count < 2;
    for (std::size_t member = 0; member < (alone ? 1 : workers.size()); ++member) workers[member]->prepare(call);
    if (call.goes_back()) ensure_sums(chunks.count, call.kind == Call::Kind::backward_tangent);
    if (alone) {
      workers[0]->begin(call);
      for (std::size_t chunk = 0; chunk < chunks.count; ++chunk) run(call, chunks, chunk, *workers[0]);
    } else {
      // Each takes the call's angles with its first chunk: one that comes late, or not at all, keeps nobody waiting.
      std::fill(has_begun.begin(), has_begun.end(), std::uint8_t{0});
      team->for_each(chunks.count, [&](std::size_t chunk, std::size_t member) {
        if (!std::exchange(has_begun[member], std::uint8_t{1})) workers[member]->begin(call);
        run(call, chunks, chunk, *workers[member]);
      });
    }
    add_chunks(chunks.count, sums, call.parameter_gradient);
    add_chunks(chunks.count, sums_dot, call.parameter_gradient_dot);
  }

  void run(const Call& call, const Chunks& chunks, std::size_t chunk, BatchWorker<T>& worker) {
    const std::size_t place = chunk * parameters_count();
    worker.run_chunk(call, chunks.first(chunk), chunks.end(chunk), call.goes_back() ? sums.data() + place : nullptr,
                     call.kind == Call::Kind::backward_tangent ? sums_dot.data() + place : nullptr);
  }

  void ensure_sums(std::size_t chunks, bool has_dot) {
    const std::size_t size = chunks * parameters_count();
    if (sums.size() < size) sums.resize(size);
    if (has_dot && sums_dot.size() < size) sums_dot.resize(size);
  }

  void add_chunks(std::size_t chunks, const std::vector<double>& by_chunk, std::span<T> parameters) const {
    for (std::size_t index = 0; index < parameters.size(); ++index) {
      double sum = 0;
      for (std::size_t chunk = 0; chunk < chunks; ++chunk) sum += by_chunk[chunk * parameters.size() + index];
      parameters[index] = static_cast<T>(sum);
    }
  }

  CompiledBatch compiled;
  std::vector<std::unique_ptr<BatchWorker<T>>> workers;
  std::vector<double> sums, sums_dot;   ///< [chunks][P]
  std::vector<std::uint8_t> has_begun;  ///< [threads], in the running call
  std::optional<ThreadTeam> team;       // last: its threads end before what they use
};

template <class T>
BatchSimulator<T>::BatchSimulator(Circuit circuit, std::vector<Observable> observables, BatchOptions options)
    : state_(std::make_unique<State>(std::move(circuit), observables, options)) {}

template <class T>
BatchSimulator<T>::~BatchSimulator() = default;
template <class T>
BatchSimulator<T>::BatchSimulator(BatchSimulator&&) noexcept = default;

template <class T>
const Circuit& BatchSimulator<T>::circuit() const noexcept {
  return state_->compiled.circuit;
}

template <class T>
std::size_t BatchSimulator<T>::outputs() const noexcept {
  return state_->outputs_count();
}

template <class T>
PlanSummary BatchSimulator<T>::plan() const {
  return summarise<T>(state_->compiled);
}

template <class T>
void BatchSimulator<T>::forward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                                std::span<T> outputs) {
  State& s = *state_;
  s.require_values(parameters, inputs, batch);
  require_size<T>("outputs [batch, outputs]", outputs, batch * s.outputs_count());
  s.execute({.kind = BatchCall<T>::Kind::forward,
             .batch = batch,
             .parameters = parameters,
             .inputs = inputs,
             .outputs = outputs});
}

template <class T>
void BatchSimulator<T>::backward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                                 std::span<const T> upstream, std::span<T> outputs, std::span<T> gradient_parameters,
                                 std::span<T> gradient_inputs) {
  State& s = *state_;
  s.require_values(parameters, inputs, batch);
  require_size("upstream [batch, outputs]", upstream, batch * s.outputs_count());
  require_size_or_empty<T>("outputs [batch, outputs]", outputs, batch * s.outputs_count());
  require_size_or_empty<T>("gradient_parameters", gradient_parameters, s.parameters_count());
  require_size_or_empty<T>("gradient_inputs [batch, inputs]", gradient_inputs, inputs.size());
  s.execute({.kind = BatchCall<T>::Kind::backward,
             .batch = batch,
             .parameters = parameters,
             .inputs = inputs,
             .upstream = upstream,
             .outputs = outputs,
             .parameter_gradient = gradient_parameters,
             .input_gradient = gradient_inputs});
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
  s.execute({.kind = BatchCall<T>::Kind::forward_tangent,
             .batch = batch,
             .parameters = parameters,
             .inputs = inputs,
             .parameters_dot = parameters_dot,
             .inputs_dot = inputs_dot,
             .outputs = outputs,
             .outputs_dot = outputs_dot});
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
    require_size_or_empty<T>("gradient of the parameters", parameter_result, s.parameters_count());
  for (const std::span<T>& input_result : {result.inputs, result.inputs_dot})
    require_size_or_empty<T>("gradient of the inputs [batch, inputs]", input_result, inputs.size());
  s.execute({.kind = BatchCall<T>::Kind::backward_tangent,
             .batch = batch,
             .parameters = parameters,
             .inputs = inputs,
             .parameters_dot = parameters_dot,
             .inputs_dot = inputs_dot,
             .upstream = upstream,
             .upstream_dot = upstream_dot,
             .parameter_gradient = result.parameters,
             .parameter_gradient_dot = result.parameters_dot,
             .input_gradient = result.inputs,
             .input_gradient_dot = result.inputs_dot});
}

template class BatchSimulator<float>;
template class BatchSimulator<double>;

}  // namespace tacit::quantum_sim
