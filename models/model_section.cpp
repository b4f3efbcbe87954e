#include "models/model_section.h"

#include <fmt/format.h>

#include "core/error.h"
#include "models/onnx/import.h"
#include "models/weight_files.h"

namespace tacit::models {

ConfigTable with_onnx_layers(ConfigTable section) {
  if (!section.has("onnx")) return section;
  const std::string file = section.string("onnx");
  for (const char* other : {"layers", "preset", "input_shape"})
    if (section.has(other))
      section.refuse("onnx", fmt::format("the file has its own {}; leave out one of the two", other));
  const OnnxModel model = import_onnx(std::filesystem::path(file));
  const std::string text = fmt::format("input_shape = {}\n", to_string(model.input_shape)) + model.layers;
  const ConfigTable result = section.without("onnx").overlaid(ConfigTable::parse_text(text, "layers of " + file));
  return section.has("weights") ? result : result.with("weights", file);
}

SplitModelSection split_weights(ConfigTable section) {
  if (!section.has("weights")) return {section, {}};
  const std::filesystem::path file = section.string("weights");
  try {
    check_weight_file(file);
  } catch (const Error& error) {
    section.refuse("weights", error.what());
  }
  return {section.without("weights"), file};
}

}  // namespace tacit::models
