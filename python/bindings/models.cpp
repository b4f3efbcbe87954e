#include <pybind11/stl.h>

#include <map>
#include <mutex>
#include <optional>

#include "models/layer_registry.h"
#include "models/model.h"
#include "models/onnx/import.h"
#include "models/specification.h"
#include "models/summary.h"
#include "models/training.h"
#include "models/weight_files.h"
#include "python/bindings/arrays.h"
#include "python/bindings/module.h"

namespace tacit::python {
namespace {

/// A model and its working memory, for one call at a time: Python code that wants several at once makes several models.
template <class T>
class PythonModel {
 public:
  PythonModel(const std::string& toml, Shape input_shape, const LearningTask& task)
      : model_(models::build_model<T>(ConfigTable::parse_text(toml, "[model]"), input_shape, task)),
        toml_(toml),
        evaluation_(model_) {}

  const models::Model<T>& model() const noexcept { return model_; }
  const std::string& toml() const noexcept { return toml_; }

  py::array_t<T> initial_parameters(std::uint64_t seed) const { return to_array(model_.initial_parameters(seed)); }

  py::array_t<T> predict(const Array<T>& theta, const Array<T>& inputs) {
    check_theta(theta);
    const std::size_t count = count_of(inputs, model_.input_shape(), "inputs");
    model_.check_inputs(view(inputs));
    Result<T> result({count, model_.output_size()});
    work([&] {
      const std::span<const T> outputs = evaluation_.predict(view(theta), view(inputs), count);
      std::copy(outputs.begin(), outputs.end(), result.span.begin());
    });
    return std::move(result.array);
  }

  T loss(const Array<T>& theta, const Array<T>& inputs, const py::object& targets) {
    const Batch batch = batch_of(theta, inputs, targets);
    T result{};
    work([&] { result = evaluation_.loss(view(theta), batch.examples()); });
    return result;
  }

  /// (loss, {"theta": ..., "inputs": ..., "targets": ...}).
  py::tuple gradient(const Array<T>& theta, const Array<T>& inputs, const py::object& targets) {
    const Batch batch = batch_of(theta, inputs, targets);
    Gradients result(batch, model_);
    T loss{};
    work([&] { loss = evaluation_.gradient(view(theta), batch.examples(), result.spans()); });
    return py::make_tuple(loss, result.dictionary());
  }

  /// (loss, loss_dot, gradients, their rates along the direction).
  py::tuple gradient_tangent(const Array<T>& theta, const Array<T>& inputs, const py::object& targets,
                             const std::optional<Array<T>>& theta_dot, const std::optional<Array<T>>& inputs_dot,
                             const std::optional<Array<T>>& targets_dot) {
    const Batch batch = batch_of(theta, inputs, targets);
    models::Direction<T> direction;
    set(direction.theta, theta_dot, static_cast<std::size_t>(theta.size()), "theta_dot");
    set(direction.inputs, inputs_dot, batch.inputs.size(), "inputs_dot");
    set(direction.targets, targets_dot, batch.targets.size(), "targets_dot");
    Gradients gradients(batch, model_), rates(batch, model_);
    typename models::Evaluation<T>::LossTangent result{};
    work([&] {
      result = evaluation_.gradient_tangent(view(theta), batch.examples(), direction, gradients.spans(), rates.spans());
    });
    return py::make_tuple(result.loss, result.loss_dot, gradients.dictionary(), rates.dictionary());
  }

  /// (mean loss, sum of the examples' clipped gradients, their norms).
  py::tuple clipped_gradients(const Array<T>& theta, const Array<T>& inputs, const py::object& targets,
                              double clip_norm) {
    const Batch batch = batch_of(theta, inputs, targets);
    Result<T> sum({static_cast<std::size_t>(theta.size())});
    Result<double> norms({batch.count});
    T loss{};
    work([&] { loss = evaluation_.clipped_gradients(view(theta), batch.examples(), clip_norm, sum.span, norms.span); });
    return py::make_tuple(loss, std::move(sum.array), std::move(norms.array));
  }

  py::array_t<T> targets_of(const Array<std::int32_t>& labels) const {
    return to_array(std::span<const T>(model_.targets_of(view(labels))),
                    {static_cast<std::size_t>(labels.size()), model_.target_size()});
  }

  py::array_t<std::int32_t> labels_of(const Array<T>& outputs) const {
    const std::size_t size = model_.output_size();
    const std::size_t count = count_of(outputs, {static_cast<std::int64_t>(size)}, "outputs");
    Result<std::int32_t> result({count});
    for (std::size_t i = 0; i < count; ++i) result.span[i] = model_.label_of(view(outputs).subspan(i * size, size));
    return std::move(result.array);
  }

 private:
  struct Batch {
    std::span<const T> inputs;
    py::array_t<T> target_array;
    std::span<const T> targets;
    std::size_t count;
    models::Examples<T> examples() const { return {inputs, targets, count}; }
  };

  struct Gradients {
    Gradients(const Batch& batch, const models::Model<T>& model)
        : theta({model.schema()->size()}),
          inputs(with_count(batch.count, model.input_shape())),
          targets({batch.count, model.target_size()}) {}
    static std::vector<std::size_t> with_count(std::size_t count, const Shape& shape) {
      std::vector<std::size_t> result{count};
      result.insert(result.end(), shape.begin(), shape.end());
      return result;
    }
    models::Gradients<T> spans() { return {theta.span, inputs.span, targets.span}; }
    py::dict dictionary() const {
      py::dict result;
      result["theta"] = theta.array;
      result["inputs"] = inputs.array;
      result["targets"] = targets.array;
      return result;
    }
    Result<T> theta, inputs, targets;
  };

  void check_theta(const Array<T>& theta) const { require_size(theta, model_.schema()->size(), "theta"); }

  /// `targets` are labels, (count,) whole numbers, or targets, (count, target_size).
  Batch batch_of(const Array<T>& theta, const Array<T>& inputs, const py::object& targets) const {
    check_theta(theta);
    const std::size_t count = count_of(inputs, model_.input_shape(), "inputs");
    model_.check_inputs(view(inputs));
    const py::array array = py::array::ensure(targets);
    if (!array) throw py::error_already_set();
    const bool labels = array.dtype().kind() == 'i' || array.dtype().kind() == 'u';
    require_size(array, labels ? count : count * model_.target_size(), labels ? "labels" : "targets");
    py::array_t<T> values = labels ? targets_of(Array<std::int32_t>::ensure(array)) : py::array_t<T>(Array<T>(array));
    const std::span<const T> span{values.data(), static_cast<std::size_t>(values.size())};
    return {view(inputs), std::move(values), span, count};
  }

  static void set(std::span<const T>& where, const std::optional<Array<T>>& array, std::size_t size,
                  const std::string& name) {
    if (!array) return;
    require_size(*array, size, name);
    where = view(*array);
  }

  template <class Work>
  void work(const Work& body) {
    const py::gil_scoped_release unlocked;
    const std::lock_guard lock(mutex_);
    body();
  }

  models::Model<T> model_;
  std::string toml_;
  std::mutex mutex_;
  models::Evaluation<T> evaluation_;
};

py::list schema_of(const ParameterSchema& schema) {
  py::list result;
  for (const ParameterEntry& entry : schema.entries()) {
    py::dict one;
    one["name"] = entry.name;
    one["shape"] = to_tuple(entry.shape);
    one["offset"] = entry.offset;
    one["size"] = entry.size;
    one["trained"] = entry.trained;
    result.append(one);
  }
  return result;
}

Parameters parameters_of(const PythonModel<float>& model, const Array<float>& theta) {
  require_size(theta, model.model().schema()->size(), "theta");
  return {model.model().schema(), std::vector<float>(theta.data(), theta.data() + theta.size())};
}

py::dict train(const PythonModel<float>& model, const Array<float>& theta, const datasets::Dataset& data,
               const std::string& training_toml, std::uint64_t seed, std::uint32_t round, std::uint32_t client) {
  require_size(theta, model.model().schema()->size(), "theta");
  models::LocalResult result;
  {
    const py::gil_scoped_release unlocked;
    const auto training = models::LocalTraining::from_config(ConfigTable::parse_text(training_toml, "[training]"));
    result =
        models::train_locally(model.model(), view(theta), data, training, {seed, Purpose::local_order, round, client});
  }
  py::dict object;
  object["update"] = to_array(result.update);
  object["examples"] = result.examples;
  object["loss"] = result.loss;
  return object;
}

py::dict evaluate(const PythonModel<float>& model, const Array<float>& theta, const datasets::Dataset& data) {
  require_size(theta, model.model().schema()->size(), "theta");
  models::Evaluated result;
  {
    const py::gil_scoped_release unlocked;
    result = models::evaluate(model.model(), view(theta), data);
  }
  py::dict object;
  object["loss"] = result.loss;
  if (data.is_regression()) {
    object["rmse"] = result.rmse;
    object["r_squared"] = result.r_squared;
  } else {
    object["accuracy"] = result.accuracy;
  }
  object["examples"] = result.examples;
  return object;
}

py::list summary(const PythonModel<float>& model) {
  py::list rows;
  for (const models::LayerSummary& layer : models::summarise(model.model().graph()).layers) {
    py::dict row;
    row["name"] = layer.name;
    row["type"] = layer.type;
    row["inputs"] = layer.inputs;
    row["output_shape"] = to_tuple(layer.output_shape);
    row["parameters"] = layer.parameters;
    row["fixed"] = layer.fixed;
    row["operations"] = layer.operations;
    rows.append(row);
  }
  return rows;
}

/// (layers as TOML, input shape, outputs, {name: values}).
py::tuple import_onnx(const std::string& file) {
  const models::OnnxModel model = models::import_onnx(std::filesystem::path(file));
  py::dict weights;
  for (const auto& weight : model.weights)
    weights[weight.name.c_str()] =
        to_array(std::span<const float>(weight.values), {weight.shape.begin(), weight.shape.end()});
  return py::make_tuple(model.layers, to_tuple(model.input_shape), element_count(model.output_shape), weights);
}

template <class T>
py::class_<PythonModel<T>> add_model(py::module_& module, const char* name) {
  using Model = PythonModel<T>;
  const auto theta = py::arg("theta"), inputs = py::arg("inputs"), targets = py::arg("targets");
  const auto none = [](const char* argument) { return py::arg(argument) = py::none(); };
  return py::class_<Model>(module, name)
      .def(py::init([](const std::string& toml, const py::object& shape, std::size_t classes, std::size_t outputs) {
        return std::make_unique<Model>(toml, to_shape(shape), LearningTask{classes, outputs});
      }))
      .def_property_readonly("toml", &Model::toml, "The [model] section that it was built from.")
      .def_property_readonly("schema", [](const Model& model) { return schema_of(*model.model().schema()); })
      .def_property_readonly("parameters", [](const Model& model) { return model.model().schema()->size(); })
      .def_property_readonly("input_shape", [](const Model& model) { return to_tuple(model.model().input_shape()); })
      .def_property_readonly("output_size", [](const Model& model) { return model.model().output_size(); })
      .def_property_readonly("classes", [](const Model& model) { return model.model().classes(); })
      .def("initial_parameters", &Model::initial_parameters, py::arg("seed") = 1)
      .def("predict", &Model::predict, theta, inputs, "Outputs (count, output_size): logits or expectation values.")
      .def("loss", &Model::loss, theta, inputs, targets, "Mean loss; targets may be labels.")
      .def("gradient", &Model::gradient, theta, inputs, targets,
           "(loss, gradients of the mean loss by 'theta', 'inputs' and 'targets').")
      .def("gradient_tangent", &Model::gradient_tangent, theta, inputs, targets, py::kw_only(), none("theta_dot"),
           none("inputs_dot"), none("targets_dot"),
           "(loss, its rate, gradients, their rates) along a direction; exact. With theta_dot alone, the rate of the\n"
           "input gradient is the input gradient of <gradient by theta, theta_dot>.")
      .def("clipped_gradients", &Model::clipped_gradients, theta, inputs, targets, py::arg("clip_norm"),
           "(mean loss, sum over examples of g min(1, clip_norm / ||g||), norms).")
      .def("targets_of", &Model::targets_of, py::arg("labels"))
      .def("__repr__",
           [](const Model& model) {
             return fmt::format("<Model: {} parameters, inputs of shape {}, {} outputs, {}>",
                                model.model().schema()->size(), to_string(model.model().input_shape()),
                                model.model().output_size(), std::is_same_v<T, float> ? "float" : "double");
           })
      .def("labels_of", &Model::labels_of, py::arg("outputs"));
}

}  // namespace

void add_models(py::module_& module) {
  add_model<double>(module, "Model64");
  add_model<float>(module, "Model32")
      .def("summary", &summary, "One dictionary a layer; operations are of one example's forward pass.")
      .def("_train", &train, py::arg("theta"), py::arg("data"), py::arg("training"), py::arg("seed"), py::arg("round"),
           py::arg("client"))
      .def("evaluate", &evaluate, py::arg("theta"), py::arg("data"))
      .def(
          "read_weights",
          [](const PythonModel<float>& model, const std::string& file) {
            const Parameters parameters = models::read_weights(file, model.model().schema());
            return to_array(parameters.values(), {parameters.size()});
          },
          py::arg("file"), "Parameters from a .safetensors, .npz or .onnx file.")
      .def(
          "write",
          [](const PythonModel<float>& model, const Array<float>& theta, const std::string& file) {
            models::write_model(file, model.model(), parameters_of(model, theta));
          },
          py::arg("theta"), py::arg("file"), "Writes parameters (.safetensors, .npz), or the whole model (.onnx).");
  module.def("_import_onnx", &import_onnx);
  module.def("_layer_types", [] { return models::layer_types(); });
}

}  // namespace tacit::python
