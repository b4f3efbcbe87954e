#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

// Reshape(Softmax(Flatten(x)), shape), and the same with LogSoftmax. The reshape stays, so that its target is held
// against the shape of x.
void put_together_softmax(Rewriting& graph, Node& node) {
  if (node.operation != "Reshape" || node.inputs.size() != 2) return;
  Node* softmax = graph.giver(node.inputs[0], "Softmax");
  if (softmax == nullptr) softmax = graph.giver(node.inputs[0], "LogSoftmax");
  if (softmax == nullptr || softmax->inputs.size() != 1 || graph.readers(softmax->outputs[0]) != 1) return;
  const Node* flat = graph.giver(softmax->inputs[0], "Flatten");
  if (flat == nullptr || flat->inputs.size() != 1) return;
  const auto is_one = [](const Attribute& attribute) {
    const auto* axis = std::get_if<std::int64_t>(&attribute.value);
    return attribute.name == "axis" && axis != nullptr && (*axis == 1 || *axis == -1);
  };
  const bool is_whole =
      (softmax->attributes.empty() || (softmax->attributes.size() == 1 && is_one(softmax->attributes[0]))) &&
      (flat->attributes.empty() || (flat->attributes.size() == 1 && is_one(flat->attributes[0]) &&
                                    std::get<std::int64_t>(flat->attributes[0].value) == 1));
  if (is_whole) become(*softmax, softmax->operation, {flat->inputs[0]}, {{of_whole_example, std::int64_t{1}}});
}

}  // namespace tacit::models::onnx
