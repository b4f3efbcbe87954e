#include "quantum_sim/distributed/redistribution.h"

#include <algorithm>
#include <bit>
#include <span>

namespace tacit::quantum_sim {

template <class T>
Redistribution<T>::Redistribution(Communicator& ranks, std::uint32_t row_bits, std::uint32_t lane_bits)
    : ranks_(ranks),
      lane_bits_(lane_bits),
      local_bits_(row_bits - static_cast<std::uint32_t>(std::bit_width(ranks.size()) - 1)),
      local_rows_(std::size_t{1} << local_bits_),
      send_offsets_(ranks.size() + 1),
      receive_offsets_(ranks.size() + 1),
      next_(ranks.size()) {
  for (AlignedArray<T>* buffer : {&outgoing_, &incoming_})
    buffer->ensure(local_rows_ * row_elements(), "the messages of a shared state");
}

template <class T>
void Redistribution<T>::move(const RankLayout& from, const RankLayout& to, T gain, T* state) {
  const LinearMap place = place_map(from, to);
  pack(place, state);
  // The map is linear, so between two ranks as many rows go one way as the other: offsets are those of the ranks whose
  // rows come here.
  std::fill(receive_offsets_.begin(), receive_offsets_.end(), 0);
  for (std::size_t source = 0; source < ranks_.size(); ++source) {
    const auto first = static_cast<std::uint32_t>(source) << local_bits_;
    for (std::uint32_t row = 0; row < local_rows_; ++row)
      if (rank_of(place(first | row)) == ranks_.rank()) ++receive_offsets_[source + 1];
  }
  for (std::size_t rank = 0; rank < ranks_.size(); ++rank) receive_offsets_[rank + 1] += receive_offsets_[rank];
  const std::size_t bytes = row_elements() * sizeof(T), count = local_rows_ * row_elements();
  ranks_.exchange(bytes, std::as_bytes(std::span(outgoing_.get(), count)), send_offsets_,
                  std::as_writable_bytes(std::span(incoming_.get(), count)), receive_offsets_);
  unpack(from, to, place, gain, state);
}

template <class T>
void Redistribution<T>::pack(const LinearMap& place, const T* state) {
  const auto first = static_cast<std::uint32_t>(ranks_.rank()) << local_bits_;
  std::fill(send_offsets_.begin(), send_offsets_.end(), 0);
  for (std::uint32_t row = 0; row < local_rows_; ++row) ++send_offsets_[rank_of(place(first | row)) + 1];
  for (std::size_t rank = 0; rank < ranks_.size(); ++rank) send_offsets_[rank + 1] += send_offsets_[rank];
  std::copy_n(send_offsets_.begin(), next_.size(), next_.begin());
  for (std::uint32_t row = 0; row < local_rows_; ++row) {
    const std::size_t slot = next_[rank_of(place(first | row))]++;
    std::copy_n(state + row * row_elements(), row_elements(), outgoing_.get() + slot * row_elements());
  }
}

template <class T>
void Redistribution<T>::unpack(const RankLayout& from, const RankLayout& to, const LinearMap& place, T gain, T* state) {
  const LinearMap lanes_from(from.lanes), lanes_to(to.lanes);
  const std::size_t width = std::size_t{1} << lane_bits_;
  const T* in = incoming_.get();
  for (std::size_t source = 0; source < ranks_.size(); ++source)
    for (std::uint32_t row = 0; row < local_rows_; ++row) {
      const std::uint32_t here = static_cast<std::uint32_t>(source) << local_bits_ | row, there = place(here);
      if (rank_of(there) != ranks_.rank()) continue;
      const std::uint32_t lanes = lanes_from(here) ^ lanes_to(there);
      T* out = state + (there & (local_rows_ - 1)) * row_elements();
      for (std::size_t lane = 0; lane < width; ++lane) {
        out[lane] = in[lane ^ lanes] * gain;
        out[width + lane] = in[width + (lane ^ lanes)] * gain;
      }
      in += row_elements();
    }
}

template <class T>
void Redistribution<T>::fetch(std::size_t mask, const T* state, T* copy) {
  const std::size_t partner = ranks_.rank() ^ mask, count = local_rows_ * row_elements();
  for (std::size_t rank = 0; rank <= ranks_.size(); ++rank)
    send_offsets_[rank] = receive_offsets_[rank] = rank > partner ? local_rows_ : 0;
  ranks_.exchange(row_elements() * sizeof(T), std::as_bytes(std::span(state, count)), send_offsets_,
                  std::as_writable_bytes(std::span(copy, count)), receive_offsets_);
}

template class Redistribution<float>;
template class Redistribution<double>;

}  // namespace tacit::quantum_sim
