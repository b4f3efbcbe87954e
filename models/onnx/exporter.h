#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "models/graph.h"
#include "models/layers/per_token.h"
#include "models/layers/token_mask.h"
#include "models/onnx/document.h"

namespace tacit::models::onnx {

class LayerExport;

/// Walks through the layers of a graph and writes down the nodes they stand for.
class Exporter {
 public:
  Exporter(const Graph<float>& graph, std::span<const float> theta) : graph_(graph), theta_(theta) {}
  Document run();

 private:
  friend class LayerExport;
  /// `wanted`, made different from every name so far.
  std::string unused_name(const std::string& wanted);

  const Graph<float>& graph_;
  std::span<const float> theta_;
  Document document_;
  std::vector<std::string> values_;  ///< names in the file of the graph's values
  std::set<std::string> names_;
};

/// What a layer sees that is written: its inputs, its parameters, and where its nodes go.
class LayerExport {
 public:
  using Node = Graph<float>::Node;
  LayerExport(Exporter& exporter, const Node& node) : exporter_(exporter), node_(node) {}

  /// The layer; the one that is applied to every token, if it is such a one.
  template <class LayerType>
  const LayerType& layer_as() const {
    const auto* tokens = per_token_layer();
    return dynamic_cast<const LayerType&>(tokens != nullptr ? tokens->inner() : *node_.layer);
  }
  bool is_per_token() const { return per_token_layer() != nullptr; }
  const Layer<float>& layer() const noexcept { return *node_.layer; }

  std::size_t inputs() const noexcept { return node_.inputs.size(); }
  const Shape& input_shape(std::size_t i) const { return node_.layer->input_shapes()[i]; }
  const Shape& output_shape() const { return node_.layer->output_shape(); }
  /// Name of an input, which has the shape that the layer says.
  std::string input(std::size_t i);
  /// The same as one axis beside the batch.
  std::string flat_input(std::size_t i);
  /// Whether the layer has a parameter of that name.
  bool has_parameter(const std::string& name) const;
  std::span<const float> parameter_values(const std::string& name) const;
  /// Writes a parameter under its own name; with a `shape` of ours instead of its own.
  std::string parameter(const std::string& name);
  std::string parameter(const std::string& name, const Shape& shape);
  /// Writes a constant of this layer.
  std::string constant(const std::string& name, Shape shape, std::vector<float> values);
  std::string constant(const std::string& name, std::vector<std::int64_t> values);
  std::string integers(const std::string& name, Shape shape, std::vector<std::int64_t> values);
  std::string number(const std::string& name, float value) { return constant(name, {}, {value}); }
  /// A whole number without axes.
  std::string index(const std::string& name, std::int64_t value);
  /// Says why the layer cannot be written.
  [[noreturn]] void refuse(const std::string& why) const;

  /// Writes a node; returns the name of what it gives.
  std::string node(const std::string& operation, std::vector<std::string> inputs,
                   std::vector<Attribute> attributes = {});
  /// A node whose value has one more axis than `shape`, that of the batch.
  std::string reshape(const std::string& value, const Shape& shape);
  /// The product of every token [inputs] of a sequence with a parameter [outputs, inputs], and a bias if there is one.
  std::string per_token(const std::string& value, const std::string& weight, const std::string& bias,
                        std::int64_t inputs, std::int64_t outputs);
  /// Which of `tokens` tokens of every example count, as truths [batch, tokens]: those whose id, input i, is not the
  /// padding token, and those in front of them.
  std::string counting_tokens(std::size_t i, const Padding& padding, std::int64_t tokens);
  /// What the layer gives.
  void give(const std::string& value) { result_ = value; }
  const std::string& result() const noexcept { return result_; }

 private:
  const PerToken<float>* per_token_layer() const { return dynamic_cast<const PerToken<float>*>(node_.layer.get()); }

  Exporter& exporter_;
  const Node& node_;
  std::string result_;
};

}  // namespace tacit::models::onnx
