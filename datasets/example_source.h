#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tacit::datasets {

/// Features that are read example by example from wherever they are. Immutable; shared between threads.
class ExampleSource {
 public:
  ExampleSource() = default;
  ExampleSource(const ExampleSource&) = delete;
  ExampleSource& operator=(const ExampleSource&) = delete;
  virtual ~ExampleSource() = default;

  virtual std::uint64_t size() const noexcept = 0;    ///< records
  virtual std::size_t features() const noexcept = 0;  ///< of a record
  /// Writes the features of a record below size(). Throws Error(usage) on another record or number of features, and
  /// what reading throws.
  virtual void read(std::uint64_t record, std::span<float> to) const = 0;
};

}  // namespace tacit::datasets
