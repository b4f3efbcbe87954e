#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/error.h"
#include "hwy/aligned_allocator.h"

namespace tacit::quantum_sim {

/// Bytes this process may still take: what the system has available, or what its control group leaves if that is less.
std::uint64_t available_memory();

/// Throws Error(resource) that says how much `what` needs and how much there is, if it does not fit.
void require_memory(std::uint64_t needed, std::uint64_t available, const std::string& what);

/// Asks the system for large pages under this memory: what is read far apart otherwise waits for page tables. A hint.
void prefer_large_pages(void* memory, std::uint64_t bytes) noexcept;

/// A 64-byte aligned array that is allocated once, when first asked for; its values start undefined.
template <class T>
class AlignedArray {
 public:
  T* get() const noexcept { return values_.get(); }
  std::size_t size() const noexcept { return count_; }
  /// Throws Error(resource) before allocating what does not fit into memory.
  void ensure(std::size_t count, const std::string& what) {
    if (count <= count_) return;
    require_memory(std::uint64_t{count} * sizeof(T), available_memory(), what);
    values_ = hwy::AllocateAligned<T>(count);
    count_ = values_ ? count : 0;
    if (!values_) fail(ErrorKind::resource, "{}: the system refused {} bytes", what, std::uint64_t{count} * sizeof(T));
    prefer_large_pages(values_.get(), std::uint64_t{count} * sizeof(T));
  }

 private:
  hwy::AlignedFreeUniquePtr<T[]> values_;
  std::size_t count_ = 0;
};

}  // namespace tacit::quantum_sim
