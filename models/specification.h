#pragma once

#include <string>
#include <utility>

#include "core/config.h"
#include "models/model.h"

namespace tacit::models {

/// Builds the model that a [model] section describes, for examples of `input_shape` and what is asked of them: an
/// output for each class (or one for two classes), or one for each real-valued target. The section is the whole
/// description: the same text builds the same model on every party. Errors are Error(configuration) with file, line and
/// key. Instantiated for float and double.
///
///   [model]
///   loss = "softmax_cross_entropy"            # keys: models/losses/loss_from_config.h
///   [[model.layers]]
///   type = "linear"                           # types and keys: models/layer_registry.h
///   name = "first"                            # default: type and count, "linear1"; prefixes the parameters
///   inputs = ["input"]                        # names of what it reads; default: the layer before it
///   outputs = 32
///   [[model.layers]]
///   type = "quantum"
///   qubits = 6
///   encoding = "angle"                        # angle, fourier_tower
///   ...
///
/// `input_shape`, if the section says it, must have as many elements as `input_shape` here.
///
/// Instead of layers the section may name a ready model (models/presets.h): preset = "lenet5".
template <class T>
Model<T> build_model(ConfigTable section, const Shape& input_shape, const LearningTask& task);
/// For `classes` classes.
template <class T>
Model<T> build_model(ConfigTable section, const Shape& input_shape, std::size_t classes) {
  return build_model<T>(std::move(section), input_shape, LearningTask::classification(classes));
}

}  // namespace tacit::models
