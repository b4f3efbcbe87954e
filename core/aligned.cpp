#include "core/aligned.h"

#include <sys/mman.h>

namespace tacit {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

std::align_val_t alignment_of(std::size_t bytes) {
  return std::align_val_t{bytes >= 2 * huge_page ? huge_page : 64};
}

}  // namespace

void* allocate_aligned(std::size_t bytes) {
  void* memory = ::operator new(bytes, alignment_of(bytes));
  // Advice only: without huge pages everything works as well, more slowly.
  if (bytes >= 2 * huge_page) ::madvise(memory, bytes - bytes % huge_page, MADV_HUGEPAGE);
  return memory;
}

void release_aligned(void* memory, std::size_t bytes) noexcept {
  ::operator delete(memory, alignment_of(bytes));
}

}  // namespace tacit
