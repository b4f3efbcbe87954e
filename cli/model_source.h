#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "models/model.h"

namespace tacit::cli {

/// Where a model comes from.
struct ModelOptions {
  std::string place, case_name;
  std::vector<std::int64_t> shape;
  std::int64_t classes = 0;
};

void add_model_options(CLI::App& command, ModelOptions& options);

struct ReadModel {
  std::string origin;
  models::Model<float> model;
  /// Reads or makes the parameters.
  std::function<Parameters(const models::Model<float>&)> parameters;
};

/// From the folder of a run (its newest model), an .onnx file (with its weights), an experiment file (the model of a
/// case, with start values), or a file with a [model] section alone and the options shape and classes. Throws
/// Error(usage) where the options do not suit the place, otherwise what reading it throws.
ReadModel read_model(const ModelOptions& options);

}  // namespace tacit::cli
