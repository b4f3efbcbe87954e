#include "models/specification.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/memory.h"
#include "models/graph.h"
#include "models/layer_registry.h"
#include "models/losses/loss_from_config.h"
#include "models/presets.h"

namespace tacit::models {

namespace {

/// The outputs that the loss can read as what is asked.
void check_outputs(const ConfigTable& section, Loss loss, std::size_t outputs, const LearningTask& task) {
  if (task.is_regression()) {
    if (outputs != task.targets)
      section.refuse("layers",
                     fmt::format("the last layer has {} outputs, expected {}, one for each real-valued target", outputs,
                                 task.targets));
    return;
  }
  const std::size_t classes = task.classes;
  if (outputs == classes && classes >= 2) return;
  const bool one_will_do = loss != Loss::softmax_cross_entropy && classes == 2;
  if (one_will_do && outputs == 1) return;
  const char* alternative = one_will_do ? " or 1" : "";
  section.refuse("layers", fmt::format("the last layer has {} outputs, expected {}{} for {} classes", outputs, classes,
                                       alternative, classes));
}

/// Names values: the model's input is "input", the others are named by type and count, "linear1", "tanh1", "linear2",
/// unless the table says `name`.
class ValueNames {
 public:
  /// The name of the layer that comes next.
  std::string next(ConfigTable& table, const std::string& type) {
    const std::string name = table.string("name", type + std::to_string(++count_[type]));
    if (name.empty() || name.find_first_of(".[]\n") != std::string::npos)
      table.refuse("name", "expected a word without dots, brackets and line breaks");
    if (name == names_[0]) table.refuse("name", "the name 'input' stands for the model's input");
    if (std::find(names_.begin(), names_.end(), name) != names_.end())
      table.refuse("name", "the name '" + name + "' is taken by an earlier layer");
    return name;
  }
  void add(std::string name) {
    names_.push_back(std::move(name));
    used_.push_back(false);
  }

  /// The values that a layer reads: those of its key `inputs`, the latest one unless given.
  std::vector<std::size_t> inputs_of(ConfigTable& table) {
    std::vector<std::size_t> values;
    for (const std::string& name : table.strings("inputs", std::vector<std::string>{names_.back()})) {
      const auto found = std::find(names_.begin(), names_.end(), name);
      if (found == names_.end()) table.refuse("inputs", "no earlier layer is named '" + name + "'" + suggestion(name));
      values.push_back(static_cast<std::size_t>(found - names_.begin()));
      used_[values.back()] = true;
    }
    if (values.empty()) table.refuse("inputs", "expected one name at least");
    return values;
  }

  /// A layer that nothing reads would train nothing.
  void refuse_unused(const std::vector<ConfigTable>& layers) const {
    for (std::size_t value = 1; value + 1 < names_.size(); ++value)
      if (!used_[value])
        layers[value - 1].refuse("type", "the output of layer '" + names_[value] + "' is used by none");
  }

 private:
  std::string suggestion(const std::string& name) const {
    const std::string nearest = nearest_word(name, names_);
    return nearest.empty() ? "" : "; did you mean '" + nearest + "'?";
  }

  std::map<std::string, int> count_;
  std::vector<std::string> names_{"input"};
  std::vector<bool> used_{false};
};

/// A section may say what examples it was made for.
void check_input(ConfigTable& section, const Shape& input_shape) {
  if (!section.has("input_shape")) return;
  const Shape expected = section.integers("input_shape", {1, 1 << 30});
  if (element_count(expected) != element_count(input_shape))
    section.refuse("input_shape", fmt::format("the model is made for examples of shape {}, here they have shape {}",
                                              to_string(expected), to_string(input_shape)));
}

/// The key of a layer that says how large it is.
const char* size_key(const ConfigTable& table) {
  for (const char* key : {"outputs", "channels", "vocabulary", "kernel", "padding"})
    if (table.has(key)) return key;
  return "type";
}

/// Training holds parameters and gradient at least, and every value of an example. A layer that takes the model beyond
/// what there is is refused before anything of its size is allocated.
template <class T>
class ModelMemory {
 public:
  explicit ModelMemory(const Graph<T>& graph) : values_(static_cast<double>(graph.size(Graph<T>::input))) {}

  void add(const ConfigTable& table, const std::string& name, const Layer<T>& layer) {
    double own = 0;
    for (const auto& declaration : layer.parameters()) own += count(declaration.shape);
    const double outputs = count(layer.output_shape());
    parameters_ += own;
    values_ += outputs;
    const std::string objection = memory_objection(
        sizeof(T) * (2 * parameters_ + values_),
        fmt::format("a model with layer '{}' of {:.0f} parameters and {:.0f} outputs", name, own, outputs));
    if (!objection.empty()) table.refuse(size_key(table), objection);
  }

 private:
  static double count(const Shape& shape) {
    double product = 1;
    for (const std::int64_t extent : shape) product *= static_cast<double>(extent);
    return product;
  }

  double parameters_ = 0, values_;
};

/// The tables of the section itself or of the ready model that it names.
std::vector<ConfigTable> layers_of(ConfigTable& section, const Shape& input_shape, std::size_t outputs) {
  if (!section.has("preset")) {
    std::vector<ConfigTable> layers = section.tables("layers");
    if (layers.empty()) section.refuse("layers", "a model needs one layer at least");
    return layers;
  }
  if (section.has("layers")) section.refuse("preset", "a ready model has its own layers; leave out one of the two");
  return preset_layers(section, input_shape, outputs);
}

}  // namespace

template <class T>
Model<T> build_model(ConfigTable section, const Shape& input_shape, const LearningTask& task) {
  const LossChoice choice = loss_from_config(section, task);
  check_input(section, input_shape);
  std::vector<ConfigTable> layers = layers_of(section, input_shape, task.is_regression() ? task.targets : task.classes);

  Graph<T> graph(input_shape);
  ValueNames names;
  ModelMemory<T> memory(graph);
  for (ConfigTable& table : layers) {
    const std::string type = table.choice("type", layer_types());
    std::string name = names.next(table, type);
    const std::vector<std::size_t> inputs = names.inputs_of(table);
    std::vector<Shape> shapes;
    for (const std::size_t value : inputs) shapes.push_back(graph.shape(value));
    try {
      const auto layer = build_layer<T>(type, table, shapes);
      memory.add(table, name, *layer);
      graph.add(name, layer, inputs);
    } catch (const Error& error) {
      // Lines of a ready model's text are not the user's.
      if (error.kind() != ErrorKind::configuration || !section.has("preset")) throw;
      section.refuse("preset", error.what());
    }
    names.add(std::move(name));
  }
  if (choice.loss == Loss::softmax_cross_entropy && graph.nodes().back().layer->type() == "softmax")
    layers.back().refuse("type", "the loss softmax_cross_entropy takes the softmax itself; leave this last layer out");
  names.refuse_unused(layers);
  section.finish();
  for (const ConfigTable& table : layers) table.finish();
  check_outputs(section, choice.loss, graph.size(graph.nodes().size()), task);
  return Model<T>(std::move(graph), choice.loss, choice.settings,
                  task.is_regression() ? Answer::numbers : Answer::label);
}

template Model<float> build_model<float>(ConfigTable, const Shape&, const LearningTask&);
template Model<double> build_model<double>(ConfigTable, const Shape&, const LearningTask&);

}  // namespace tacit::models
