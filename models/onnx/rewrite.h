#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/onnx/document.h"

namespace tacit::models::onnx {

/// The nodes of a document while decompositions are put together: who gives which value, and which values are constant.
class Rewriting {
 public:
  explicit Rewriting(Document& document);

  std::vector<Node>& nodes() noexcept { return document_.nodes; }
  std::int64_t operator_set() const noexcept { return document_.operator_set; }

  /// The node that gives `value`, if it is of that operation; else null.
  Node* giver(const std::string& value, std::string_view operation);
  /// The tensor of that name, if `value` is constant; else null.
  const Tensor* constant(const std::string& value) const;
  /// Whether `value` is a constant of one element near `number` (to single precision).
  bool is_number(const std::string& value, double number) const;
  /// The one element of a constant of floats.
  std::optional<float> number(const std::string& value) const;
  /// Whether `value` is a constant whose elements all are `number`.
  bool is_filled(const std::string& value, float number) const;

  /// How many nodes and outputs of the graph read a value.
  std::size_t readers(const std::string& value) const;

  /// Of a node with two inputs, the one that is given by `operation`, and the other one. Null if there is none.
  struct Operands {
    Node* node = nullptr;
    std::string other;
  };
  Operands split(const Node& node, std::string_view operation);
  /// Of a node with two inputs, the constant one and the other.
  struct WithConstant {
    const Tensor* constant = nullptr;
    std::string other;
  };
  WithConstant split_constant(const Node& node) const;

 private:
  Document& document_;
  std::map<std::string, std::size_t> givers_;
  std::map<std::string, const Tensor*> constants_;
  std::map<std::string, std::size_t> readers_;
};

/// Turns a node into another that gives the same value.
void become(Node& node, std::string operation, std::vector<std::string> inputs, std::vector<Attribute> attributes = {});

/// Moves Constant nodes, and those that pass constants on, to the constants of the document.
void collect_constants(Document& document);
/// Puts the known decompositions together (patterns/).
void put_together(Document& document);
/// Drops nodes that no output depends on.
void drop_unused(Document& document);

}  // namespace tacit::models::onnx
