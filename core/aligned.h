#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace tacit {

/// Memory on cache-line boundaries, which are also the boundaries of the widest vector registers. Large blocks lie on
/// the boundaries of huge pages, and the system is asked to use them: loops over gigabytes otherwise wait for the page
/// table.
void* allocate_aligned(std::size_t bytes);
void release_aligned(void* memory, std::size_t bytes) noexcept;

template <class T>
struct AlignedAllocator {
  using value_type = T;

  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / 2 / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(allocate_aligned(count * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t count) noexcept { release_aligned(memory, count * sizeof(T)); }
  template <class U>
  bool operator==(const AlignedAllocator<U>&) const noexcept {
    return true;
  }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace tacit
