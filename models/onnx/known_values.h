#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "models/onnx/document.h"

namespace tacit::models::onnx {

class NodeImport;

/// A number that is known while a file is read: `value`, or that many times the size of the batch, which is not known.
/// Integers of the format beyond 2^53 are rounded; only ends of slices are as large.
struct Number {
  double value = 0;
  bool of_batch = false;
  bool operator==(const Number&) const = default;
};

/// A tensor of such numbers. What exporters compute from the shape of an input is one: extents, targets of a Reshape,
/// the scale of attention, its causal mask.
struct KnownValues {
  Shape shape;
  bool whole = true;  ///< integers or truths, otherwise float32
  std::vector<Number> values;
};

/// Computes a node all of whose inputs are known, if its operator is one of those that exporters compute shapes and
/// constants with; false leaves it to the operator's import. Refuses what depends on the size of the batch otherwise
/// than by a factor, and results with very many elements.
bool evaluate(NodeImport& node);

/// Input i as known values: a constant of moderate size, or what was computed. Refuses another one.
KnownValues known_values(const NodeImport& node, std::size_t i);
/// The same of a list of numbers, or one number.
std::vector<Number> known_list(const NodeImport& node, std::size_t i);
/// Numbers none of which depends on the batch, as a constant with the name of the node's result.
std::shared_ptr<const Tensor> as_constant(const NodeImport& node, const KnownValues& values);
/// The result of the node: a constant if no number depends on the batch.
void give_known(NodeImport& node, KnownValues values);

/// "[batch,3]": for messages.
std::string in_words(const std::vector<Number>& numbers);

}  // namespace tacit::models::onnx
