#include <pybind11/stl.h>

#include "datasets/dataset.h"
#include "python/bindings/arrays.h"
#include "python/bindings/module.h"

namespace tacit::python {
namespace {

using datasets::Dataset;

Dataset make(const Array<float>& features, const Array<std::int32_t>& labels, std::size_t classes, float low,
             float high, bool angles, std::string name) {
  if (features.ndim() < 2)
    fail(ErrorKind::usage, "features: expected an array of shape (count, ...), got {}", shape_of(features));
  Dataset data;
  data.name = std::move(name);
  data.feature_shape.assign(features.shape() + 1, features.shape() + features.ndim());
  require_size(labels, static_cast<std::size_t>(features.shape(0)), "labels");
  data.features.assign(features.data(), features.data() + features.size());
  data.labels.assign(labels.data(), labels.data() + labels.size());
  for (std::size_t i = 0; i < data.labels.size(); ++i)
    if (data.labels[i] < 0 || static_cast<std::size_t>(data.labels[i]) >= classes)
      fail(ErrorKind::usage, "labels[{}]: {} is not in [0, {})", i, data.labels[i], classes);
  for (std::size_t i = 0; i < data.features.size(); ++i)
    if (!std::isfinite(data.features[i]))
      fail(ErrorKind::usage, "features: example {} holds a value that is not finite", i / data.feature_size());
  if (!(low < high)) fail(ErrorKind::usage, "bounds: expected low < high, got ({}, {})", low, high);
  data.classes = classes;
  data.feature_low = low;
  data.feature_high = high;
  data.is_angle = angles;
  return data;
}

py::array_t<float> features(const Dataset& data) {
  std::vector<std::size_t> shape{data.size()};
  shape.insert(shape.end(), data.feature_shape.begin(), data.feature_shape.end());
  return to_array(std::span<const float>(data.features), shape);
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
      .def(
          py::init(&make), py::arg("features"), py::arg("labels"), py::arg("classes"), py::kw_only(),
          py::arg("low") = 0.0f, py::arg("high") = 1.0f, py::arg("angles") = false, py::arg("name") = "array",
          "features (count, ...), float32; labels (count,), each in [0, classes). low and high are what every feature\n"
          "keeps by construction; angles says that features count modulo 2 pi.")
      .def_property_readonly("features", &features, "A copy, (count, ...), float32.")
      .def_property_readonly("labels", [](const Dataset& data) { return to_array(data.labels); })
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
        return fmt::format("<Dataset {}: {} examples of shape {}, {} classes>", data.name, data.size(),
                           to_string(data.feature_shape), data.classes);
      });
  module.def("_load_data", &load, py::arg("toml"), py::arg("seed"));
}

}  // namespace tacit::python
