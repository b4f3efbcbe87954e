#include "core/memory.h"

#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "core/error.h"

namespace tacit {
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

// What a limit of the process (ulimit) leaves beyond the `used` pages.
std::uint64_t limit_available(__rlimit_resource which, std::uint64_t used) {
  rlimit limit{};
  if (getrlimit(which, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return unlimited;
  const std::uint64_t bytes = used * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return limit.rlim_cur > bytes ? limit.rlim_cur - bytes : 0;
}

std::uint64_t process_available() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0, resident = 0, shared = 0, text = 0, library = 0, data = 0;
  if (!(file >> all >> resident >> shared >> text >> library >> data)) return unlimited;
  return std::min(limit_available(RLIMIT_AS, all), limit_available(RLIMIT_DATA, data));
}

std::string amount(double bytes) {
  constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
  if (bytes >= 1e6 * gibibyte) return fmt::format("{:.2g} GiB", bytes / gibibyte);
  if (bytes >= gibibyte) return fmt::format("{:.1f} GiB", bytes / gibibyte);
  return fmt::format("{:.1f} MiB", 1024 * bytes / gibibyte);
}

}  // namespace

std::uint64_t available_memory() {
  return std::min({system_available(), control_group_available(), process_available()});
}

std::string memory_objection(double needed, const std::string& what) {
  const auto available = static_cast<double>(available_memory());
  if (needed <= available) return {};
  return fmt::format("{} needs {} of memory, {} are available", what, amount(needed), amount(available));
}

void require_memory(double needed, const std::string& what) {
  if (const std::string objection = memory_objection(needed, what); !objection.empty())
    fail(ErrorKind::resource, "{}", objection);
}

}  // namespace tacit
