#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/npy.h"
#include "core/parameters.h"
#include "models/graph.h"
#include "models/model.h"
#include "models/onnx/import.h"
#include "models/specification.h"
#include "source_folder.h"

namespace tacit::models {

/// A file that PyTorch exported, with what it computes (golden/make.py).
struct Golden {
  std::string name;
  std::vector<float> x, y;  ///< [count, inputs], [count, outputs]
  std::size_t count = 0;
};

inline std::filesystem::path golden_folder() {
  return source_folder() / "tests/models/onnx/golden";
}

inline std::vector<std::string> golden_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder()))
    if (entry.path().extension() == ".onnx") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

inline Golden read_golden(const std::string& name) {
  auto arrays = read_npz(golden_folder() / (name + ".npz"));
  const auto narrow = [](const NpyArray& array) {
    return std::vector<float>(array.values.begin(), array.values.end());
  };
  return {name, narrow(arrays.at("x")), narrow(arrays.at("y")), static_cast<std::size_t>(arrays.at("x").shape[0])};
}

/// A model of what a file says. Its loss reads any outputs, as softmax_cross_entropy would not read a softmax.
template <class T>
Model<T> model_of(const OnnxModel& imported) {
  const ConfigTable section =
      ConfigTable::parse_text("loss = \"mean_squared_error\"\n" + imported.layers, "imported layers");
  return build_model<T>(section, imported.input_shape, std::max<std::size_t>(element_count(imported.output_shape), 2));
}

}  // namespace tacit::models
