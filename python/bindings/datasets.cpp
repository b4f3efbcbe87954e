#include <pybind11/stl.h>

#include <cmath>
#include <optional>

#include "datasets/dataset.h"
#include "python/bindings/arrays.h"
#include "python/bindings/module.h"

namespace tacit::python {
namespace {

using datasets::Dataset;

void check_labels(const Dataset& data) {
  for (std::size_t i = 0; i < data.labels.size(); ++i)
    if (data.labels[i] < 0 || static_cast<std::size_t>(data.labels[i]) >= data.classes)
      fail(ErrorKind::usage, "labels[{}]: {} is not in [0, {})", i, data.labels[i], data.classes);
}

/// Throws Error(usage) naming the example that holds a value that is not finite.
void check_finite(const std::vector<float>& values, std::size_t size, const char* name) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      fail(ErrorKind::usage, "{}: example {} holds a value that is not finite", name, i / size);
}

std::vector<float> copied(const Array<float>& array) {
  return {array.data(), array.data() + array.size()};
}

/// Labels and their classes, or targets.
Dataset make(const Array<float>& features, const std::optional<Array<std::int32_t>>& labels, std::size_t classes,
             const std::optional<Array<float>>& targets, float low, float high, bool angles, std::string name) {
  if (features.ndim() < 2)
    fail(ErrorKind::usage, "features: expected an array of shape (count, ...), got {}", shape_of(features));
  if (labels.has_value() == targets.has_value()) fail(ErrorKind::usage, "a data set has either labels or targets");
  if (!(low < high)) fail(ErrorKind::usage, "bounds: expected low < high, got ({}, {})", low, high);
  const auto count = static_cast<std::size_t>(features.shape(0));
  Dataset data;
  data.name = std::move(name);
  data.feature_shape.assign(features.shape() + 1, features.shape() + features.ndim());
  data.features = copied(features);
  check_finite(data.features, element_count(data.feature_shape), "features");
  if (labels) {
    require_size(*labels, count, "labels");
    data.labels.assign(labels->data(), labels->data() + labels->size());
    data.classes = classes;
    check_labels(data);
  } else {
    data.target_size = targets->ndim() > 1 ? static_cast<std::size_t>(targets->shape(1)) : 1;
    require_size(*targets, count * data.target_size, "targets");
    data.targets = copied(*targets);
    check_finite(data.targets, data.target_size, "targets");
  }
  data.feature_low = low;
  data.feature_high = high;
  data.is_angle = angles;
  return data;
}

py::array_t<float> features(const Dataset& data) {
  std::vector<std::size_t> shape{data.size()};
  shape.insert(shape.end(), data.feature_shape.begin(), data.feature_shape.end());
  Result<float> result(shape);
  const std::size_t size = data.feature_size();
  for (std::size_t i = 0; i < data.size(); ++i) data.copy_example(i, result.span.subspan(i * size, size));
  return std::move(result.array);
}

py::tuple load(const std::string& toml, std::uint64_t seed) {
  datasets::TrainTest parts = [&] {
    const py::gil_scoped_release unlocked;
    return datasets::load(ConfigTable::parse_text(toml, "[data]"), seed);
  }();
  return py::make_tuple(std::move(parts.train), std::move(parts.validation), std::move(parts.test));
}

}  // namespace

void add_datasets(py::module_& module) {
  py::class_<Dataset>(module, "Dataset", "Labelled examples in memory.")
      .def(py::init(&make), py::arg("features"), py::arg("labels") = py::none(), py::arg("classes") = 0, py::kw_only(),
           py::arg("targets") = py::none(), py::arg("low") = 0.0f, py::arg("high") = 1.0f, py::arg("angles") = false,
           py::arg("name") = "array",
           "features (count, ...), float32; labels (count,), each in [0, classes), or targets (count, ...), real "
           "numbers.\n"
           "low and high are what every feature keeps by construction; angles says that features count modulo 2 pi.")
      .def_property_readonly("features", &features, "A copy, (count, ...), float32.")
      .def_property_readonly("labels", [](const Dataset& data) { return to_array(data.labels); })
      .def_property_readonly("targets",
                             [](const Dataset& data) {
                               return to_array(std::span<const float>(data.targets), {data.size(), data.target_size});
                             })
      .def_property_readonly("feature_shape", [](const Dataset& data) { return to_tuple(data.feature_shape); })
      .def_property_readonly("bounds",
                             [](const Dataset& data) { return py::make_tuple(data.feature_low, data.feature_high); })
      .def_readonly("classes", &Dataset::classes)
      .def_readonly("class_names", &Dataset::class_names)
      .def_readonly("feature_names", &Dataset::feature_names)
      .def_readonly("name", &Dataset::name)
      .def(
          "subset", [](const Dataset& data, const std::vector<std::size_t>& indices) { return data.subset(indices); },
          py::arg("indices"), "The examples with these indices, in this order.")
      .def("__len__", &Dataset::size)
      .def("__repr__", [](const Dataset& data) {
        return fmt::format("<Dataset {}: {} examples of shape {}, {} {}>", data.name, data.size(),
                           to_string(data.feature_shape), data.is_regression() ? data.target_size : data.classes,
                           data.is_regression() ? "targets" : "classes");
      });
  module.def("_load_data", &load, py::arg("toml"), py::arg("seed"));
}

}  // namespace tacit::python
