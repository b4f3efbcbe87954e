#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/parameters.h"

namespace tacit::models {

/// What an ONNX file says, in the terms of a [model] section: the layers with their keys, and start values of their
/// parameters. The text alone builds the model, on every party, without the file.
struct OnnxModel {
  struct Weight {
    std::string name;  ///< of ours: "conv1.weight"
    Shape shape;
    std::vector<float> values;
  };

  std::string layers;  ///< TOML, [[layers]] tables (models/specification.h)
  Shape input_shape;   ///< of one example
  Shape output_shape;  ///< of one example
  std::vector<Weight> weights;

  /// The weights in the order of a model that was built from `layers`; `origin` names the file in messages. Throws
  /// Error(data) naming the tensor unless they are exactly those of the schema.
  Parameters parameters(const std::shared_ptr<const ParameterSchema>& schema, const std::string& origin) const;
};

/// Reads a model of ONNX's standard operators (operator sets 13 to 24), one input and one output, the batch first;
/// which operators, with which attributes, says docs/models.md. Decompositions that exporters make (GELU by erf,
/// GroupNorm by InstanceNormalization, LayerNorm by means, SiLU by sigmoid, MatMul with Add, self-attention with its
/// masks by products and a softmax) are put together again; what is computed from constants and shapes is computed.
/// Throws Error(data) in one sentence, with node and operator, on everything else and on every file that is damaged;
/// `origin` stands for the file name.
OnnxModel import_onnx(std::span<const std::byte> bytes, const std::string& origin);
/// As above; Error(io) if the file cannot be read.
OnnxModel import_onnx(const std::filesystem::path& file);

}  // namespace tacit::models
