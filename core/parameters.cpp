#include "core/parameters.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "core/error.h"

namespace tacit {

// Hashes and wire formats are defined over little-endian float32 bytes.
static_assert(std::endian::native == std::endian::little, "Tacit supports little-endian machines only");

std::size_t element_count(const Shape& shape) {
  std::size_t count = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0) fail(ErrorKind::usage, "shape {} has a negative extent", to_string(shape));
    if (extent != 0 && count > std::numeric_limits<std::size_t>::max() / 8 / static_cast<std::size_t>(extent))
      fail(ErrorKind::usage, "shape {} has more elements than memory can address", to_string(shape));
    count *= static_cast<std::size_t>(extent);
  }
  return count;
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? "," : "") + std::to_string(shape[i]);
  return text + "]";
}

ParameterSchema::ParameterSchema(const std::vector<Declaration>& declarations) {
  std::string canonical = "tacit parameter schema 1\n";
  for (const Declaration& declaration : declarations) {
    if (declaration.name.empty()) fail(ErrorKind::usage, "a parameter entry has an empty name");
    if (declaration.name.find_first_of("\n[]") != std::string::npos)
      fail(ErrorKind::usage, "parameter name '{}' contains a bracket or a line break", declaration.name);
    if (find(declaration.name) != nullptr)
      fail(ErrorKind::usage, "parameter name '{}' stands twice in a schema", declaration.name);
    const std::size_t count = element_count(declaration.shape);
    entries_.push_back({declaration.name, declaration.shape, size_, count, declaration.trained});
    size_ += count;
    canonical += declaration.name + to_string(declaration.shape) + "\n";
  }
  hash_ = sha256(canonical);
}

const ParameterEntry* ParameterSchema::find(std::string_view name) const noexcept {
  for (const ParameterEntry& entry : entries_)
    if (entry.name == name) return &entry;
  return nullptr;
}

std::string ParameterSchema::element_name(std::size_t flat_index) const {
  for (const ParameterEntry& entry : entries_) {
    if (flat_index >= entry.offset + entry.size) continue;
    std::size_t rest = flat_index - entry.offset;
    Shape position(entry.shape.size());
    for (std::size_t axis = entry.shape.size(); axis-- > 0;) {
      const auto extent = static_cast<std::size_t>(entry.shape[axis]);
      position[axis] = static_cast<std::int64_t>(rest % extent);
      rest /= extent;
    }
    return entry.name + to_string(position);
  }
  fail(ErrorKind::usage, "element {} lies outside a schema of {} elements", flat_index, size_);
}

Parameters::Parameters(std::shared_ptr<const ParameterSchema> schema)
    : schema_(std::move(schema)), values_(schema_->size()) {}

Parameters::Parameters(std::shared_ptr<const ParameterSchema> schema, std::vector<float> values)
    : schema_(std::move(schema)), values_(std::move(values)) {
  if (values_.size() != schema_->size())
    fail(ErrorKind::usage, "{} parameter values given for a schema of {}", values_.size(), schema_->size());
}

std::span<float> Parameters::tensor(std::string_view name) {
  const ParameterEntry* entry = schema_->find(name);
  if (entry == nullptr) fail(ErrorKind::usage, "no parameter is named '{}'", name);
  return std::span(values_).subspan(entry->offset, entry->size);
}

std::span<const float> Parameters::tensor(std::string_view name) const {
  const ParameterEntry* entry = schema_->find(name);
  if (entry == nullptr) fail(ErrorKind::usage, "no parameter is named '{}'", name);
  return std::span(values_).subspan(entry->offset, entry->size);
}

Digest Parameters::hash() const {
  return Sha256().update(std::as_bytes(std::span(schema_->hash()))).update(std::as_bytes(std::span(values_))).finish();
}

}  // namespace tacit
