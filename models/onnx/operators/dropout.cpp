#include "models/layers/dropout.h"

#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

// Whether the file drops or not, training here does.
void import_dropout(NodeImport& node) {
  node.expect_inputs(1, 3);
  node.ignore("seed");
  const double rate = node.has_input(1) ? static_cast<double>(node.single_number(1)) : Dropout<float>::default_rate;
  if (rate == 0) return node.give(node.value(0));
  const Activation x = node.activation(0);
  node.layer("dropout", fmt::format("rate = {:.6g}\n", rate), {x});
}

// Without a third input it drops nothing; the rate is for whoever trains on.
void export_dropout(LayerExport& layer) {
  const auto rate = static_cast<float>(layer.layer_as<Dropout<float>>().rate());
  layer.give(layer.node("Dropout", {layer.input(0), layer.number("ratio", rate)}));
}

}  // namespace tacit::models::onnx
