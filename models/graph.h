#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// A directed acyclic graph of layers. Values are numbered: 0 is the model's input, i is the output of the i-th node
/// added; the last node's output is the model's. A node may use only earlier values, so the order of adding is a
/// topological order. One value may feed several nodes (its gradient is then the sum over them, later nodes first), and
/// a node may have several inputs.
template <class T>
class Graph {
 public:
  using Value = std::size_t;
  static constexpr Value input = 0;

  struct Node {
    std::string name;  ///< unique; prefixes the node's parameters: "linear1.weight"
    std::shared_ptr<const Layer<T>> layer;
    std::vector<Value> inputs;
    std::size_t theta_offset = 0;  ///< of the node's parameters in the flat vector
    std::size_t theta_size = 0;
  };

  explicit Graph(Shape input_shape);

  /// Appends a node and returns its value. Throws Error(usage) naming the node on a name that is taken or empty, an
  /// input that does not exist yet, or another number or size of inputs than the layer takes.
  Value add(std::string name, std::shared_ptr<const Layer<T>> layer, std::vector<Value> inputs);
  /// Appends a node that uses the latest value.
  Value chain(std::string name, std::shared_ptr<const Layer<T>> layer) {
    return add(std::move(name), std::move(layer), {nodes_.size()});
  }

  const std::vector<Node>& nodes() const noexcept { return nodes_; }
  /// Shape of one example of a value.
  const Shape& shape(Value value) const;
  std::size_t size(Value value) const { return sizes_.at(value); }
  std::size_t parameter_count() const noexcept { return parameter_count_; }

  /// Names and shapes of all parameters in node order. Throws Error(usage) if there is no node, or a node's output is
  /// used by none and is not the last.
  std::shared_ptr<const ParameterSchema> schema() const;

 private:
  Shape input_shape_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> sizes_;  ///< of the values
  std::size_t parameter_count_ = 0;
};

}  // namespace tacit::models
