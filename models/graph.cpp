#include "models/graph.h"

#include "core/error.h"

namespace tacit::models {

template <class T>
Graph<T>::Graph(Shape input_shape) : input_shape_(std::move(input_shape)), sizes_{element_count(input_shape_)} {
  if (sizes_[0] == 0) fail(ErrorKind::usage, "a model's input of shape {} has no elements", to_string(input_shape_));
}

template <class T>
typename Graph<T>::Value Graph<T>::add(std::string name, std::shared_ptr<const Layer<T>> layer,
                                       std::vector<Value> inputs) {
  if (name.empty()) fail(ErrorKind::usage, "node {} has an empty name", nodes_.size() + 1);
  for (const Node& node : nodes_)
    if (node.name == name) fail(ErrorKind::usage, "node name '{}' stands twice", name);
  const std::vector<Shape>& wanted = layer->input_shapes();
  if (inputs.size() != wanted.size())
    fail(ErrorKind::usage, "node '{}' takes {} inputs, {} are given", name, wanted.size(), inputs.size());
  for (std::size_t slot = 0; slot < inputs.size(); ++slot) {
    if (inputs[slot] > nodes_.size())
      fail(ErrorKind::usage, "node '{}' uses value {}, which does not exist yet", name, inputs[slot]);
    if (sizes_[inputs[slot]] != element_count(wanted[slot]))
      fail(ErrorKind::usage, "input {} of node '{}' has shape {}, expected as many elements as {}", slot, name,
           to_string(shape(inputs[slot])), to_string(wanted[slot]));
  }

  std::size_t theta_size = 0;
  for (const auto& declaration : layer->parameters()) theta_size += element_count(declaration.shape);
  const std::size_t output_size = element_count(layer->output_shape());
  nodes_.push_back({std::move(name), std::move(layer), std::move(inputs), parameter_count_, theta_size});
  sizes_.push_back(output_size);
  parameter_count_ += theta_size;
  return nodes_.size();
}

template <class T>
const Shape& Graph<T>::shape(Value value) const {
  return value == input ? input_shape_ : nodes_.at(value - 1).layer->output_shape();
}

template <class T>
std::shared_ptr<const ParameterSchema> Graph<T>::schema() const {
  if (nodes_.empty()) fail(ErrorKind::usage, "a model needs one layer at least");
  std::vector<bool> used(nodes_.size() + 1, false);
  std::vector<ParameterSchema::Declaration> declarations;
  for (const Node& node : nodes_) {
    for (const Value value : node.inputs) used[value] = true;
    for (const auto& declaration : node.layer->parameters())
      declarations.push_back({node.name + "." + declaration.name, declaration.shape, declaration.trained});
  }
  for (Value value = 1; value < nodes_.size(); ++value)
    if (!used[value]) fail(ErrorKind::usage, "the output of node '{}' is used by none", nodes_[value - 1].name);
  return std::make_shared<const ParameterSchema>(declarations);
}

template class Graph<float>;
template class Graph<double>;

}  // namespace tacit::models
