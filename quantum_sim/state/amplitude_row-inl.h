// Rows of a state as vectors: loading, signs over lanes, exchanging lanes. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_STATE_AMPLITUDE_ROW_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_STATE_AMPLITUDE_ROW_INL_H
#undef TACIT_QUANTUM_SIM_STATE_AMPLITUDE_ROW_INL_H
#else
#define TACIT_QUANTUM_SIM_STATE_AMPLITUDE_ROW_INL_H
#endif

#include <array>
#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"
#include "quantum_sim/state/state_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using RowTag = hn::CappedTag<T, 64 / sizeof(T)>;

/// For every set of lane bits: +0 and -0 to XOR with where the parity of (lane & set) is a sign; the lanes lane ^ set.
template <class T, std::size_t width>
struct LaneTables {
  using Index = hn::TFromD<hn::RebindToSigned<hn::CappedTag<T, width>>>;
  alignas(64) T signs[width][width];
  alignas(64) Index exchanges[width][width];

  constexpr LaneTables() : signs(), exchanges() {
    for (std::size_t set = 0; set < width; ++set)
      for (std::size_t lane = 0; lane < width; ++lane) {
        std::size_t bits = set & lane, odd = 0;
        for (; bits; bits &= bits - 1) odd ^= 1;
        signs[set][lane] = odd ? -T{0} : T{0};
        exchanges[set][lane] = static_cast<Index>(lane ^ set);
      }
  }
};
template <class T>
inline constexpr LaneTables<T, hn::MaxLanes(RowTag<T>())> lane_tables{};

template <class D>
HWY_INLINE hn::Vec<D> lane_signs(D d, std::uint32_t set) {
  return hn::Load(d, lane_tables<hn::TFromD<D>>.signs[set]);
}
template <class D>
HWY_INLINE auto lane_exchange(D d, std::uint32_t set) {
  return hn::SetTableIndices(d, lane_tables<hn::TFromD<D>>.exchanges[set]);
}

/// -0 in every lane if odd, else +0: to XOR with, where a branch on a sign could not be foreseen.
template <class D>
HWY_INLINE hn::Vec<D> sign_bits(D d, std::uint32_t odd) {
  // In memory for good: a table on the stack would be written anew for each use.
  static constexpr hn::TFromD<D> zeros[2] = {0, -hn::TFromD<D>{0}};
  return hn::Set(d, zeros[odd]);
}

/// As many amplitudes as a vector has lanes.
template <class D>
struct Row {
  hn::Vec<D> re, im;
};

template <class D>
HWY_INLINE Row<D> load_row(D d, const hn::TFromD<D>* place) {
  return {hn::Load(d, place), hn::Load(d, place + hn::Lanes(d))};
}
template <class D>
HWY_INLINE void store_row(D d, const Row<D>& row, hn::TFromD<D>* place) {
  hn::Store(row.re, d, place);
  hn::Store(row.im, d, place + hn::Lanes(d));
}
template <class D, class I>
HWY_INLINE Row<D> exchange(const Row<D>& row, I lanes) {
  return {hn::TableLookupLanes(row.re, lanes), hn::TableLookupLanes(row.im, lanes)};
}

HWY_INLINE std::uint32_t bit_parity(std::uint32_t bits) {
  return static_cast<std::uint32_t>(__builtin_parity(bits));
}

/// target + c g source, g = 1 if real, else -i.
template <bool real, class D>
HWY_INLINE Row<D> add(const Row<D>& target, hn::Vec<D> c, const Row<D>& source) {
  if constexpr (real) return {hn::MulAdd(c, source.re, target.re), hn::MulAdd(c, source.im, target.im)};
  return {hn::MulAdd(c, source.im, target.re), hn::NegMulAdd(c, source.re, target.im)};
}
template <bool real, class D>
HWY_INLINE Row<D> subtract(const Row<D>& target, hn::Vec<D> c, const Row<D>& source) {
  if constexpr (real) return {hn::NegMulAdd(c, source.re, target.re), hn::NegMulAdd(c, source.im, target.im)};
  return {hn::NegMulAdd(c, source.im, target.re), hn::MulAdd(c, source.re, target.im)};
}

/// sum + Re <left| g |right> and sum - Re <left| g |right>.
template <bool real, class D>
HWY_INLINE hn::Vec<D> add_overlap(hn::Vec<D> sum, const Row<D>& left, const Row<D>& right) {
  if constexpr (real) return hn::MulAdd(left.im, right.im, hn::MulAdd(left.re, right.re, sum));
  return hn::NegMulAdd(left.im, right.re, hn::MulAdd(left.re, right.im, sum));
}
template <bool real, class D>
HWY_INLINE hn::Vec<D> subtract_overlap(hn::Vec<D> sum, const Row<D>& left, const Row<D>& right) {
  if constexpr (real) return hn::NegMulAdd(left.im, right.im, hn::NegMulAdd(left.re, right.re, sum));
  return hn::MulAdd(left.im, right.re, hn::NegMulAdd(left.re, right.im, sum));
}

/// The groups of four rows of a visit: number -> the row with zeros at both pivots, or that with even roles.
class RowGroups {
 public:
  HWY_INLINE explicit RowGroups(const BlockVisit& visit)
      : count_(std::size_t{1} << (visit.row_bits - 2)),
        low_((std::size_t{1} << visit.low_pivot) - 1),
        middle_((std::size_t{1} << visit.high_pivot) - 1),
        visit_(visit) {}
  HWY_INLINE std::size_t count() const { return count_; }
  HWY_INLINE std::size_t first(std::size_t group) const {
    const std::size_t wide = ((group & ~low_) << 1) | (group & low_);
    return ((wide & ~middle_) << 1) | (wide & middle_);
  }
  HWY_INLINE std::size_t first_by_role(std::size_t group) const {
    const auto row = static_cast<std::uint32_t>(first(group));
    return row ^ (visit_.first_flip & (0u - bit_parity(row & visit_.first_role))) ^
           (visit_.second_flip & (0u - bit_parity(row & visit_.second_role)));
  }

 private:
  std::size_t count_, low_, middle_;
  const BlockVisit& visit_;
};

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
