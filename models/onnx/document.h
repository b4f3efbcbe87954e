#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/parameters.h"

namespace tacit::models::onnx {

/// Element types of tensors, by the format's numbers. Weights are float32 (doubles are rounded to it), shapes and other
/// integers int64, and so are kept int32 and truths.
enum class ElementType : int { float32 = 1, int32 = 6, int64 = 7, boolean = 9, float64 = 11 };

struct Tensor {
  std::string name;
  Shape shape;
  std::variant<std::vector<float>, std::vector<std::int64_t>> values;  ///< as many as the shape has elements

  bool is_float() const noexcept { return values.index() == 0; }
  const std::vector<float>& floats() const { return std::get<0>(values); }
  const std::vector<std::int64_t>& integers() const { return std::get<1>(values); }
  std::size_t size() const noexcept { return is_float() ? floats().size() : integers().size(); }
};

struct Attribute {
  std::string name;
  std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>, Tensor> value;
};

struct Node {
  std::string name;  ///< may be empty
  std::string operation;
  std::vector<std::string> inputs, outputs;  ///< names of values; empty: left out
  std::vector<Attribute> attributes;
};

/// An input or output of the whole graph. The first axis is that of the batch.
struct ValueInfo {
  std::string name;
  ElementType type = ElementType::float32;
  std::vector<std::optional<std::int64_t>> shape;  ///< nothing: any extent
};

/// What an ONNX file says, in our own terms.
struct Document {
  std::int64_t operator_set = 0;  ///< version of the standard operators
  std::vector<Node> nodes;        ///< each reads only what stands before it
  std::vector<Tensor> constants;  ///< the initializers
  std::vector<ValueInfo> inputs;  ///< without those that are constants
  std::vector<ValueInfo> outputs;
};

/// Operator sets that are read: their operators mean the same as far as we use them.
constexpr std::int64_t oldest_operator_set = 13, newest_operator_set = 24;

/// Parses and checks a file; `origin` names it in messages. Nothing is trusted: sizes, types, counts, names, and that
/// every value is defined once and before it is read, so that there is no cycle. Throws Error(data) that names the node
/// or tensor, also for tensors in other files, and for operators of other domains.
Document decode(std::span<const std::byte> bytes, const std::string& origin);

/// The bytes of a file. The same document gives the same bytes.
std::vector<std::byte> encode(const Document& document);

/// How messages call a node: "node 'conv1' (Conv)", or by what it gives if it has no name.
std::string in_words(const Node& node);

}  // namespace tacit::models::onnx
