#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/error.h"
#include "models/onnx/document.h"
#include "models/onnx/import.h"
#include "models/onnx/view.h"

namespace tacit::models::onnx {

/// What a layer of ours gives.
struct Activation {
  std::string layer;      ///< its name, or "input"
  Shape shape;            ///< of one example
  bool is_whole = false;  ///< whole numbers, which only an embedding reads
};

/// A linear layer for every token, which is written when somebody reads it: attention takes its projections into
/// itself.
struct PendingLinear {
  Activation x;  ///< [tokens, ...]
  std::int64_t inputs = 0, outputs = 0;
  std::shared_ptr<const Tensor> matrix, bias;  ///< the bias may be null
  bool is_transposed = false;                  ///< the matrix is [outputs, inputs], not [inputs, outputs]
  const Node* node = nullptr;
  std::string name_from;  ///< a tensor that the layer is named after

  /// [outputs, inputs]
  std::vector<float> weight() const;
};

/// Which ids are padding: those that are `token`.
struct PaddingIds {
  Activation ids;  ///< [ids]
  double token = 0;
  std::int64_t in_front = 0;  ///< tokens without an id, which always count
};

/// Attention while it is put together: which rows of which projections its heads have as queries, keys and values.
struct Heads {
  struct Part {
    std::shared_ptr<Source> projection;
    std::int64_t offset = 0, head_stride = 0, stride = 0;  ///< row of element j of head h
  };
  Part query, key, value;
  std::int64_t tokens = 0, heads = 0, width = 0;  ///< width: of a head
  double scale = 1;                               ///< of the scores
  bool causal = false, is_masked = false;
  std::optional<PaddingIds> padding = {};
};

/// What views are of. Only some kinds are layers; the others are stages of attention.
struct Source {
  enum class Kind {
    layer,    ///< `written` gives it
    linear,   ///< [tokens, outputs], pending unless `written`
    scores,   ///< Q K^T, [heads, tokens, tokens]
    weights,  ///< their softmax
    mixed,    ///< its product with the values, [tokens, heads width]
    ids,      ///< token ids behind others that no padding token is, [tokens]
    truths    ///< about [queries, keys]: whether a key counts, or is padding; views may leave out the queries
  };
  Kind kind = Kind::layer;
  Shape shape;         ///< of one example
  Activation written;  ///< its layer is empty until the layer is written
  PendingLinear linear;
  Heads heads;
  bool is_taken = false;            ///< by attention: nobody else may read it
  PaddingIds padding;               ///< of ids and truths; the token of ids is the one in front
  bool is_true_of_padding = false;  ///< of truths
  bool is_causal = false;           ///< and so of what stands behind a query
  bool is_added = false;            ///< numbers that hide where they are added: very low, otherwise 0
};

/// A constant, once for every example: its first axis, of extent 1, becomes that of the batch.
struct Repeated {
  std::shared_ptr<const Tensor> tensor;
};
/// What a name of the file stands for.
using Value = std::variant<Activation, View, std::shared_ptr<const Tensor>, KnownValues, Repeated>;

class NodeImport;

/// Walks through the nodes of a document and writes down the layers they stand for.
class Importer {
 public:
  Importer(Document document, std::string origin);
  OnnxModel run();

 private:
  friend class NodeImport;
  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ErrorKind::data, "{}: {}", origin_, fmt::format(format, std::forward<Args>(args)...));
  }
  void read_input();
  void check_extents(const Shape& shape, const std::string& of_what) const;
  /// `wanted` made a name of ours that no layer has yet.
  std::string unused_name(const std::string& wanted);

  Document document_;
  std::string origin_;
  std::map<std::string, Value> values_;
  std::optional<std::int64_t> batch_;  ///< where the file fixes it
  std::string latest_ = "input";       ///< the layer that was written last
  std::set<std::string> names_;
  std::map<std::string, int> count_;  ///< of layers, by type
  std::size_t parameters_ = 0;        ///< of all layers so far
  std::size_t computed_ = 0;          ///< numbers that were read or made while constants were computed
  OnnxModel model_;
};

/// "[1,2]", or how many there are if they are many: for messages.
std::string list_in_words(const std::vector<std::int64_t>& list);

/// "features.0.weight" gives "features.0"; names that exporters made up give nothing.
std::string owner_of(const std::string& tensor);
/// "/block/fc/Gemm" gives "block/fc", as PyTorch names nodes after modules.
std::string module_of(const std::string& node);

/// A parameter of a layer: its name inside the layer, and its values.
struct LayerWeight {
  const char* parameter;
  std::vector<float> values;
};

/// What an operator sees of its node: typed inputs and attributes, and where the result goes. Whatever is not as it
/// must be is refused with file, node and operator.
class NodeImport {
 public:
  NodeImport(Importer& importer, const Node& node) : importer_(importer), node_(node) {}

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    importer_.refuse("{}: {}", in_words(node_), fmt::format(format, std::forward<Args>(args)...));
  }

  // Inputs. A node may leave the last ones out.
  std::size_t inputs() const noexcept { return node_.inputs.size(); }
  bool has_input(std::size_t i) const noexcept { return i < node_.inputs.size() && !node_.inputs[i].empty(); }
  void expect_inputs(std::size_t least, std::size_t most) const;
  const Value& value(std::size_t i) const;
  /// Whether it depends on the model's input.
  bool is_activation(std::size_t i) const {
    return std::holds_alternative<Activation>(value(i)) || std::holds_alternative<View>(value(i));
  }
  bool is_constant(std::size_t i) const { return std::holds_alternative<std::shared_ptr<const Tensor>>(value(i)); }
  bool is_repeated(std::size_t i) const { return std::holds_alternative<Repeated>(value(i)); }
  const Tensor& repeated(std::size_t i) const { return *std::get<Repeated>(value(i)).tensor; }
  /// A constant, or one that is repeated for every example, also where the file has the copies (fixed batch): then the
  /// first of them, if all are equal. Null: it is none.
  std::shared_ptr<const Tensor> constant_or_repeated(std::size_t i) const;
  /// One that depends on the model's input: floats, as a layer gives them. Writes the layers that it takes to have it.
  Activation activation(std::size_t i);
  /// The same, also whole numbers.
  Activation any_activation(std::size_t i);
  /// The same without writing anything.
  View view(std::size_t i) const;
  /// The layer of a source, written if it is not yet. Refuses sources that are no layers.
  Activation written(Source& source);
  /// One that does not.
  const Tensor& constant(std::size_t i) const;
  /// A constant list of integers.
  const std::vector<std::int64_t>& integers(std::size_t i) const;
  /// A constant of one finite float.
  float single_number(std::size_t i) const;
  /// A constant of finite floats of this shape.
  const std::vector<float>& weights(std::size_t i, const Shape& shape) const;
  const std::vector<float>& weights_of(const Tensor& tensor, const Shape& shape) const;
  std::shared_ptr<const Tensor> shared_constant(std::size_t i) const;

  // Attributes. Whatever was not asked for is refused by finish().
  std::int64_t integer(const char* name, std::optional<std::int64_t> fallback = {});
  float number(const char* name, std::optional<float> fallback = {});
  std::string word(const char* name, const std::string& fallback);
  std::optional<std::vector<std::int64_t>> integer_list(const char* name);
  const Tensor* tensor(const char* name);
  /// Refuses unless the attribute, if it is there, has this value.
  void expect_integer(const char* name, std::int64_t expected);
  void expect_number(const char* name, float expected);
  /// An attribute that makes no difference here.
  void ignore(const char* name) { asked_.insert(name); }
  bool has_attribute(const char* name) const { return find(name) != nullptr; }
  template <class Value, class Expected>
  [[noreturn]] void refuse_attribute(const char* name, const Value& is, const Expected& expected) const {
    refuse("attribute '{}' is {}, expected {}", name, is, expected);
  }
  void finish() const;

  /// An axis as the format counts it (from the batch, or from the end if negative), as an axis of one example. Refuses
  /// the batch and axes that `shape` does not have.
  std::size_t example_axis(std::int64_t axis, const Shape& shape) const;
  /// As above, 0 for the batch.
  std::size_t full_axis(std::int64_t axis, std::size_t axes) const;

  std::int64_t operator_set() const noexcept { return importer_.document_.operator_set; }
  /// The batch of the file, if it is fixed.
  std::optional<std::int64_t> batch() const noexcept { return importer_.batch_; }

  /// An attribute with an order of so many axes; reversed if it is not there.
  std::vector<std::size_t> axis_order(const char* name, std::size_t axes);
  const std::string& operation() const noexcept { return node_.operation; }
  const Node* node() const noexcept { return &node_; }
  /// Counts what is computed while the file is read, and refuses when it is too much.
  void count_computed(std::size_t numbers);

  // Results: the first output of the node, unless said otherwise.
  void give(Value value, std::size_t output = 0);
  /// What a step gave, or a refusal that says what the step does to which extents.
  void give_view(std::optional<View> view, const View& from, const std::string& what);
  std::size_t outputs() const noexcept { return node_.outputs.size(); }
  /// Writes a layer. `keys` are lines of TOML; the name is that of the tensor `name_from` without its last word, or of
  /// the node, or else type and count. Returns what the layer gives.
  Activation add_layer(const std::string& type, const std::string& keys, const std::vector<Activation>& inputs,
                       const std::vector<LayerWeight>& weights = {}, const std::string& name_from = {});
  /// The same, as the result of the node.
  void layer(const std::string& type, const std::string& keys, const std::vector<Activation>& inputs,
             const std::vector<LayerWeight>& weights = {}, const std::string& name_from = {}) {
    give(add_layer(type, keys, inputs, weights, name_from));
  }
  /// Name of the value that the node gives.
  const std::string& output_name() const { return node_.outputs[0]; }
  /// Name of the value that input i is.
  const std::string& input_name(std::size_t i) const { return node_.inputs[i]; }

 private:
  const Attribute* find(const char* name) const;
  /// The layer whose elements a view has in the order of a layer of ours; writes it.
  Activation layer_of(const View& view, const std::string& name);
  template <class T>
  const T* attribute(const char* name, const char* type);

  Importer& importer_;
  const Node& node_;
  std::set<std::string> asked_;
};

}  // namespace tacit::models::onnx
