#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tacit::quantum_sim {

/// A sparse vector over the field of lie_field.h: places ascending, values not zero.
struct FieldVector {
  struct Entry {
    std::uint32_t place;
    std::uint64_t value;
  };
  std::vector<Entry> entries;
};

/// The span of vectors, in echelon form: every row has a leading place of its own. Exact.
class ExactSpan {
 public:
  std::size_t rank() const noexcept { return rows_.size(); }
  /// Whether the vector was independent of those so far; then the span takes it in. Throws Error(resource) before
  /// growing beyond memory.
  bool insert(const FieldVector& vector);

 private:
  static constexpr std::uint32_t no_row = 0xffffffff;
  void take_in(std::size_t leading);

  std::vector<FieldVector> rows_;            // leading value 1
  std::vector<std::uint32_t> row_of_place_;  // the row that leads there
  std::vector<std::uint64_t> work_;          // dense; zero between calls
  std::size_t entries_ = 0, entries_asked_for_ = 0;
};

}  // namespace tacit::quantum_sim
