#include "models/specification.h"

#include <fmt/core.h>

#include <map>

#include "models/graph.h"
#include "models/layer_registry.h"

namespace tacit::models {

namespace {

/// The outputs that the loss can read as `classes` classes.
void check_outputs(const ConfigTable& section, Loss loss, std::size_t outputs, std::size_t classes) {
  if (outputs == classes && classes >= 2) return;
  if (loss == Loss::mean_squared_error && outputs == 1 && classes == 2) return;
  const char* alternative = loss == Loss::mean_squared_error && classes == 2 ? " or 1" : "";
  section.refuse("layers", fmt::format("the last layer has {} outputs, expected {}{} for {} classes", outputs, classes,
                                       alternative, classes));
}

/// Names nodes by type and count, "linear1", "tanh1", "linear2", unless the table says `name`.
class NodeNames {
 public:
  std::string next(ConfigTable& table, const std::string& type) {
    const std::string name = table.string("name", type + std::to_string(++count_[type]));
    if (name.empty() || name.find_first_of(".[]\n") != std::string::npos)
      table.refuse("name", "expected a word without dots, brackets and line breaks");
    if (!taken_.emplace(name, true).second)
      table.refuse("name", "the name '" + name + "' is taken by an earlier layer");
    return name;
  }

 private:
  std::map<std::string, int> count_;
  std::map<std::string, bool> taken_;
};

}  // namespace

template <class T>
Model<T> build_model(ConfigTable section, const Shape& input_shape, std::size_t classes) {
  const Loss loss = section.choice("loss", {"softmax_cross_entropy", "mean_squared_error"}, "softmax_cross_entropy") ==
                            "softmax_cross_entropy"
                        ? Loss::softmax_cross_entropy
                        : Loss::mean_squared_error;
  std::vector<ConfigTable> layers = section.tables("layers");
  if (layers.empty()) section.refuse("layers", "a model needs one layer at least");

  Graph<T> graph(input_shape);
  NodeNames names;
  for (ConfigTable& table : layers) {
    const std::string type = table.choice("type", layer_types());
    const std::string name = names.next(table, type);
    graph.chain(name, build_layer<T>(type, table, graph.shape(graph.nodes().size())));
  }
  section.finish();
  check_outputs(section, loss, graph.size(graph.nodes().size()), classes);
  return Model<T>(std::move(graph), loss);
}

template Model<float> build_model<float>(ConfigTable, const Shape&, std::size_t);
template Model<double> build_model<double>(ConfigTable, const Shape&, std::size_t);

}  // namespace tacit::models
