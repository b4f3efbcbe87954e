#include "quantum_sim/memory.h"

#include <sys/mman.h>

#include <string>

#include "core/memory.h"

namespace tacit::quantum_sim {
std::uint64_t available_memory() {
  return tacit::available_memory();
}

void require_memory(std::uint64_t needed, std::uint64_t available, const std::string& what) {
  constexpr double mebibyte = 1024.0 * 1024.0;
  if (needed > available)
    fail(ErrorKind::resource, "{} needs {:.1f} MiB of memory, {:.1f} MiB are available", what,
         static_cast<double>(needed) / mebibyte, static_cast<double>(available) / mebibyte);
}

void prefer_large_pages(void* memory, std::uint64_t bytes) noexcept {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t page = std::uintptr_t{2} << 20;
  const auto start = reinterpret_cast<std::uintptr_t>(memory), end = start + bytes;
  const std::uintptr_t first = (start + page - 1) & ~(page - 1), last = end & ~(page - 1);
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#else
  static_cast<void>(memory);
  static_cast<void>(bytes);
#endif
}

}  // namespace tacit::quantum_sim
