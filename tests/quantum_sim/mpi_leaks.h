#pragma once

namespace tacit::quantum_sim::test {

/// Set before MPI is: Open MPI's plug-ins keep memory for the life of the process and are unloaded before leaks are
/// looked for, so no suppression finds them by name. Such a process is not checked for leaks; all others are.
inline bool uses_mpi = false;

}  // namespace tacit::quantum_sim::test

#if defined(__SANITIZE_ADDRESS__)
// Asked by the leak sanitizer. To be in one file of a program.
extern "C" inline __attribute__((used)) int __lsan_is_turned_off() {
  return tacit::quantum_sim::test::uses_mpi;
}
#endif
