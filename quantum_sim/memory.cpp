#include "quantum_sim/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace tacit::quantum_sim {
namespace {

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

std::uint64_t system_available() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  std::uint64_t kibibytes = 0;
  while (file >> key >> kibibytes) {
    if (key == "MemAvailable:") return kibibytes * 1024;
    std::getline(file, unit);
  }
  return unlimited;
}

// One number in a file, or nothing known ("max", no such file).
std::uint64_t read_number(const char* path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  return file >> value ? value : unlimited;
}

std::uint64_t control_group_available() {
  const std::uint64_t limit = read_number("/sys/fs/cgroup/memory.max");
  const std::uint64_t used = read_number("/sys/fs/cgroup/memory.current");
  if (limit == unlimited || used == unlimited) return unlimited;
  return limit > used ? limit - used : 0;
}

}  // namespace

std::uint64_t available_memory() {
  return std::min(system_available(), control_group_available());
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
