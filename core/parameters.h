#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/digest.h"

namespace tacit {

/// Extents of a tensor, outermost first. An empty shape is a scalar.
using Shape = std::vector<std::int64_t>;

/// Number of elements; throws Error(usage) on a negative extent or overflow.
std::size_t element_count(const Shape& shape);
std::string to_string(const Shape& shape);

/// One named tensor inside the flat parameter vector.
struct ParameterEntry {
  std::string name;  ///< unique in its schema, for example "dense1.weight"
  Shape shape;
  std::size_t offset = 0;  ///< index of its first element in the flat vector
  std::size_t size = 0;    ///< number of elements
  bool trained = true;     ///< false: a statistic, see ParameterSchema::Declaration
};

/// The ordered names and shapes of a model's parameters. Immutable. Its hash travels with every model and update,
/// so that no two parties can mistake one layout for another.
class ParameterSchema {
 public:
  struct Declaration {
    std::string name;
    Shape shape;
    /// false: a statistic of the data, such as the running mean of a batch normalisation. It travels with the model,
    /// but no gradient moves it, and an update holds its change, which is averaged as it is.
    bool trained = true;
  };
  /// Throws Error(usage) on an empty or repeated name or a negative extent.
  explicit ParameterSchema(const std::vector<Declaration>& declarations);

  const std::vector<ParameterEntry>& entries() const noexcept { return entries_; }
  /// Elements of all entries together.
  std::size_t size() const noexcept { return size_; }
  /// SHA-256 over names and shapes in order.
  const Digest& hash() const noexcept { return hash_; }
  /// Entry with that name, or nullptr.
  const ParameterEntry* find(std::string_view name) const noexcept;
  /// Human name of one element of the flat vector, for error messages: "dense1.weight[3,5]".
  std::string element_name(std::size_t flat_index) const;

 private:
  std::vector<ParameterEntry> entries_;
  std::size_t size_ = 0;
  Digest hash_{};
};

/// One contiguous float32 vector and the schema that says what it means. Copyable value.
class Parameters {
 public:
  /// All zeros.
  explicit Parameters(std::shared_ptr<const ParameterSchema> schema);
  /// Throws Error(usage) if values.size() differs from schema->size().
  Parameters(std::shared_ptr<const ParameterSchema> schema, std::vector<float> values);

  const ParameterSchema& schema() const noexcept { return *schema_; }
  const std::shared_ptr<const ParameterSchema>& shared_schema() const noexcept { return schema_; }
  std::size_t size() const noexcept { return values_.size(); }
  std::span<float> values() noexcept { return values_; }
  std::span<const float> values() const noexcept { return values_; }
  /// The part of the vector that belongs to one entry. Throws Error(usage) if the schema has no such name.
  std::span<float> tensor(std::string_view name);
  std::span<const float> tensor(std::string_view name) const;
  /// SHA-256 over the schema hash and the little-endian float bytes: the identity of a model (promise P1).
  Digest hash() const;

 private:
  std::shared_ptr<const ParameterSchema> schema_;
  std::vector<float> values_;
};

}  // namespace tacit
