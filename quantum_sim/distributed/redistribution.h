#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantum_sim/distributed/communicator.h"
#include "quantum_sim/distributed/rank_layout.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// Moves a state from one layout to another: every rank sends each of its rows to the rank that wants it, in the order
/// in which they lie, and puts what it gets where it belongs.
template <class T>
class Redistribution {
 public:
  /// `row_bits` of the whole state. The communicator must outlive this object.
  Redistribution(Communicator& ranks, std::uint32_t row_bits, std::uint32_t lane_bits);

  std::size_t local_rows() const noexcept { return local_rows_; }
  /// state[local_rows]: gain times what it was, in layout `to`.
  void move(const RankLayout& from, const RankLayout& to, T gain, T* state);
  /// Copies the partner's rows, those of rank() ^ mask, into `copy`. Every rank calls it with one mask, not zero.
  void fetch(std::size_t mask, const T* state, T* copy);

 private:
  void pack(const LinearMap& place, const T* state);
  void unpack(const RankLayout& from, const RankLayout& to, const LinearMap& place, T gain, T* state);
  std::size_t row_elements() const noexcept { return std::size_t{2} << lane_bits_; }
  std::uint32_t rank_of(std::uint32_t place) const noexcept { return place >> local_bits_; }

  Communicator& ranks_;
  std::uint32_t lane_bits_, local_bits_;
  std::size_t local_rows_;
  AlignedArray<T> outgoing_, incoming_;
  std::vector<std::size_t> send_offsets_, receive_offsets_, next_;
};

}  // namespace tacit::quantum_sim
