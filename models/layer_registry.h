#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/config.h"
#include "models/layer.h"

namespace tacit::models {

/// The types that a [[model.layers]] table may name.
const std::vector<std::string>& layer_types();

/// Builds the layer of type `type` (one of layer_types) that a table describes, for inputs of the given shape. Asks the
/// table for the keys of that type. Throws Error(configuration) with file, line and key.
///
///   linear:  outputs, bias (default true), initial_range (default 1/sqrt(inputs))
///   relu, tanh, sigmoid: nothing
///   quantum: the keys of circuit_from_config, and output_scale (default 1), a factor on the expectation values
template <class T>
std::shared_ptr<const Layer<T>> build_layer(const std::string& type, ConfigTable& table, const Shape& input_shape);

}  // namespace tacit::models
