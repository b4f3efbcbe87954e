#include "models/step_memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/memory.h"
#include "models/graph.h"
#include "models/layers/composite.h"

namespace tacit::models {

namespace {

/// Numbers that the layers of a graph give for one example.
double values_of(const Graph<float>& graph) {
  double values = 0;
  for (std::size_t node = 0; node < graph.nodes().size(); ++node) {
    values += static_cast<double>(graph.size(node + 1));
    if (const auto* inside = dynamic_cast<const Composite<float>*>(graph.nodes()[node].layer.get()))
      values += values_of(inside->graph());
  }
  return values;
}

}  // namespace

double step_bytes(const Model<float>& model, std::size_t examples) {
  const double batch = static_cast<double>(examples);
  const double parameters = static_cast<double>(model.schema()->size());
  return sizeof(float) *
         (batch * (static_cast<double>(model.input_size()) + 2 * values_of(model.graph())) + 3 * parameters);
}

double evaluation_bytes(const Model<float>& model, std::size_t examples) {
  return sizeof(float) *
         (static_cast<double>(examples) * values_of(model.graph()) + static_cast<double>(model.schema()->size()));
}

std::string memory_objection_to_step(const Model<float>& model, std::size_t batch_size, std::size_t available) {
  const std::size_t examples = std::min(batch_size, available);
  return memory_objection(step_bytes(model, examples),
                          fmt::format("a step on {} examples, each of {} numbers and {:.0f} inside the model,",
                                      examples, model.input_size(), values_of(model.graph())));
}

}  // namespace tacit::models
