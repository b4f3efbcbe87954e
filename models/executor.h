#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/aligned.h"
#include "models/graph.h"

namespace tacit::models {

/// Runs the passes of a graph over a batch and keeps what they leave between them: values, gradients and their
/// derivatives, in blocks that grow to the largest batch and are then reused. One executor serves one thread.
///
/// Order of calls: forward, or forward_tangent; fill output_gradient() (and output_gradient_dot()); then backward, or
/// backward_tangent after forward_tangent, with the same theta, inputs and directions. Sizes are the caller's to check.
///
/// After forward and backward, forward_tangent and backward_tangent may build on them: with `Known::values`, at the
/// same theta and inputs, they spare themselves what those left, and give the same bits.
///
/// With lanes, directions and gradients of theta are [lanes, parameters], and the stride of the lanes is `parameters`.
template <class T>
class Executor {
 public:
  /// The graph must outlive the executor.
  explicit Executor(const Graph<T>& graph);

  /// How the next forward pass, and the backward pass after it, treat layers that act differently in training. Each
  /// layer's number and statistics are filled in here.
  void set_mode(const PassMode<T>& mode) { mode_ = mode; }

  void forward(std::span<const T> theta, std::span<const T> inputs, std::size_t count);
  enum class Known { nothing, values };
  /// Empty directions are zero.
  void forward_tangent(std::span<const T> theta, std::span<const T> theta_dot, std::span<const T> inputs,
                       std::span<const T> inputs_dot, std::size_t count, Known known = Known::nothing,
                       const Lanes& lanes = {});

  /// Input number `slot` of a node in the last forward pass.
  std::span<const T> node_input(std::size_t node, std::size_t slot) const {
    return edge_inputs_.at(first_edge_.at(node) + slot);
  }
  /// After a forward pass in training, whose inputs are still there: moves statistics towards its batch. Those in theta
  /// move by each layer's own rule, unless theta is empty; those that layers keep outside it by `rate`, if it is given.
  void update_statistics(std::span<T> theta, std::optional<double> rate);
  bool has_local_statistics() const noexcept { return !statistics_.empty(); }

  std::span<const T> outputs();
  std::span<const T> outputs_dot();  ///< empty if zero
  std::span<T> output_gradient();
  std::span<T> output_gradient_dot();

  /// An empty span is not wanted.
  void backward(std::span<const T> theta, std::span<T> theta_gradient, std::span<T> inputs_gradient,
                const Lanes& lanes = {});
  void backward_tangent(std::span<const T> theta, std::span<const T> theta_dot, std::span<T> theta_gradient,
                        std::span<T> theta_gradient_dot, std::span<T> inputs_gradient, std::span<T> inputs_gradient_dot,
                        const Lanes& lanes = {});

 private:
  using Value = typename Graph<T>::Value;
  using Node = typename Graph<T>::Node;

  /// One use of a value by a node. The gradients of a value with several users are added up: the user that runs first
  /// on the way back writes into the value's own place, the others beside it.
  struct Edge {
    Value value = 0;
    bool writes_directly = true;
    std::size_t detour = 0;  ///< where it writes otherwise: offset of one example in the block of detours
  };

  /// An array of [count, size] for each of several things, back to back.
  struct Block {
    AlignedVector<T> data;
    std::span<T> part(std::size_t offset, std::size_t size, std::size_t count) {
      return std::span(data).subspan(offset * count, size * count);
    }
    void reserve(std::size_t elements) {
      if (data.size() < elements) data.resize(elements);
    }
  };

  void plan_edges();
  PassMode<T> mode_of(std::size_t node) const;
  void begin(std::span<const T> inputs, std::size_t count);
  std::span<T> node_part(Block& block, std::size_t node) {
    return block.part(offsets_[node], graph_.size(node + 1), count_);
  }
  bool is_needed(Value value, bool wants_theta, bool wants_inputs) const {
    return wants_inputs || (wants_theta && depends_on_theta_[value]);
  }
  /// Whether the gradient by a value is there already, from the backward pass that a tangent builds on.
  bool is_known(Value value) const { return builds_on_gradient_ && is_needed(value, known_theta_, known_inputs_); }
  /// Where the gradient along an edge goes; `inputs_gradient` is the place of value 0.
  std::span<T> destination(const Edge& edge, Block& gradients, Block& detours, std::span<T> inputs_gradient);
  void add_detours(std::size_t node, const std::vector<std::span<T>>& destinations, Block& gradients,
                   std::span<T> inputs_gradient);
  std::span<const std::span<const T>> of_node(const std::vector<std::span<const T>>& edges, std::size_t node) const {
    return std::span(edges).subspan(first_edge_[node], graph_.nodes()[node].inputs.size());
  }
  std::span<const std::span<T>> of_node(const std::vector<std::span<T>>& edges, std::size_t node) const {
    return std::span(edges).subspan(first_edge_[node], graph_.nodes()[node].inputs.size());
  }

  const Graph<T>& graph_;
  std::vector<std::unique_ptr<LayerScratch>> scratch_;  ///< of the nodes
  std::vector<std::size_t> offsets_;                    ///< of the nodes' outputs, one example
  std::size_t total_size_ = 0;                          ///< of all nodes' outputs, one example
  std::vector<Edge> edges_;
  std::vector<std::size_t> first_edge_;  ///< of the nodes
  std::size_t detour_size_ = 0;
  std::vector<bool> depends_on_theta_;  ///< of the values

  PassMode<T> mode_;
  std::vector<T> statistics_;                   ///< of all nodes that keep some outside theta
  std::vector<std::size_t> statistics_offset_;  ///< of the nodes
  bool knows_statistics_ = false;

  std::size_t count_ = 0;
  std::vector<bool> moves_;  ///< of the values: the derivative along the direction may differ from zero
  bool known_theta_ = false, known_inputs_ = false;  ///< what the last backward pass was asked for
  bool builds_on_gradient_ = false;
  Block values_, values_dot_, gradients_, gradients_dot_, detours_, detours_dot_;
  // What each edge reads and writes in the running pass.
  std::vector<std::span<const T>> edge_inputs_, edge_inputs_dot_;
  std::vector<std::span<T>> edge_gradients_, edge_gradients_dot_;
};

}  // namespace tacit::models
