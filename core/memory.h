#pragma once

#include <cstdint>
#include <string>

namespace tacit {

/// Bytes this process may still take: the least of what the system has available, what its control group leaves, and
/// what the limits of the process on address space and data (ulimit -v, -d) leave.
std::uint64_t available_memory();

/// Why `needed` bytes cannot be had: "WHAT needs 8.0 GiB of memory, 1.9 GiB are available"; empty if they can. Takes a
/// double, as the sizes that settings ask for may lie beyond 64 bits.
std::string memory_objection(double needed, const std::string& what);

/// Throws Error(resource) with the objection, if there is one. To be asked before allocating.
void require_memory(double needed, const std::string& what);

}  // namespace tacit
