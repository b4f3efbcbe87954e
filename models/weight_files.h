#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "models/model.h"

namespace tacit::models {

/// Files with parameters. The extension of the name says which:
///   .safetensors  models/safetensors.h
///   .npz          NumPy's archive, one float array a parameter, by its name
///   .onnx         the whole model (models/onnx/), whose weights are taken
/// Every function throws Error(usage) on another extension.

/// Whether the name of `file` has one of these extensions; the usage error names them.
void check_weight_file(const std::filesystem::path& file);

/// The parameters of `schema` from a file. Throws Error(data) unless it holds exactly the tensors of the schema, of
/// floats, all finite; the message names the tensor and both shapes. Error(io) if it cannot be read.
Parameters read_weights(const std::filesystem::path& file, const std::shared_ptr<const ParameterSchema>& schema);

/// Writes the parameters, and into .onnx the model too. Replaces the file in one step. Throws Error(usage) naming the
/// layer if ONNX cannot express it.
void write_model(const std::filesystem::path& file, const Model<float>& model, const Parameters& parameters);

}  // namespace tacit::models
