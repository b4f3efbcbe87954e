#pragma once

#include <filesystem>
#include <optional>

#include "core/config.h"

namespace tacit::models {

/// A [model] section may name files: `onnx`, a model in place of layers, and `weights`, start values of the parameters.
/// They are read where the experiment starts. What travels to others is self-contained: build_model knows neither key,
/// so no description that came over a network makes its reader open a file.

/// The section with the layers of its `onnx` file in place of that key, and that file as its `weights` unless it names
/// others; unchanged without the key. Throws Error(configuration) if the section names layers or a ready model too,
/// what import_onnx throws otherwise.
ConfigTable with_onnx_layers(ConfigTable section);

/// The section for build_model, and what it names as weights (models/weight_files.h). Throws Error(configuration) on
/// a name with another extension than those have.
struct SplitModelSection {
  ConfigTable section;
  std::optional<std::filesystem::path> weights;
};
SplitModelSection split_weights(ConfigTable section);

}  // namespace tacit::models
