#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace tacit::quantum_sim {

/// What ranks that share one state say to each other. Every rank makes the same calls in the same order. Throws
/// Error(peer) if another rank is gone.
class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual std::size_t rank() const noexcept = 0;  ///< 0 .. size() - 1
  virtual std::size_t size() const noexcept = 0;

  /// Items send_offsets[r] .. send_offsets[r+1] - 1 of `send`, `item_bytes` each, go to rank r; what rank r has for
  /// this one comes to items receive_offsets[r] .. receive_offsets[r+1] - 1 of `receive`. Offsets: [size() + 1].
  virtual void exchange(std::size_t item_bytes, std::span<const std::byte> send,
                        std::span<const std::size_t> send_offsets, std::span<std::byte> receive,
                        std::span<const std::size_t> receive_offsets) = 0;
  /// all = the values of rank 0, then those of rank 1, ...; every rank gives as many.
  virtual void gather_all(std::span<const double> own, std::span<double> all) = 0;
};

/// All ranks of this program as mpirun started it; of one rank without it. Initialises MPI when first called, for the
/// life of the process. Throws Error(usage) that says how to get it if this build has no MPI.
std::unique_ptr<Communicator> mpi_world();
/// Whether this build has MPI.
bool has_mpi() noexcept;

}  // namespace tacit::quantum_sim
