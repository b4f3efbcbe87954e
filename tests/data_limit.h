#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>

namespace tacit {

/// What this process, and child processes that start meanwhile, may take of memory for their data. Ends with the scope.
class DataLimit {
 public:
  explicit DataLimit(rlim_t bytes) {
    getrlimit(RLIMIT_DATA, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    setrlimit(RLIMIT_DATA, &limited);
  }
  ~DataLimit() { setrlimit(RLIMIT_DATA, &before_); }
  DataLimit(const DataLimit&) = delete;
  DataLimit& operator=(const DataLimit&) = delete;

  /// What this process has, for limits beyond it.
  static rlim_t used() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0, resident = 0, shared = 0, text = 0, library = 0, data = 0;
    file >> all >> resident >> shared >> text >> library >> data;
    return data * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }

 private:
  rlimit before_{};
};

}  // namespace tacit
