// Visits row by row: rotations whose flips stay within the vector, and phases. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_STATE_LANE_VISIT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_STATE_LANE_VISIT_INL_H
#undef TACIT_QUANTUM_SIM_STATE_LANE_VISIT_INL_H
#else
#define TACIT_QUANTUM_SIM_STATE_LANE_VISIT_INL_H
#endif

#include "quantum_sim/state/uniform_visit-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

enum class LaneKind : std::uint8_t { real, imaginary, phase };

/// One rotation of kind `kind` at any row. `varies`: its sign changes from row to row.
template <LaneKind kind, bool varies, class T>
class LaneStep {
 public:
  using D = RowTag<T>;
  using V = hn::Vec<D>;
  static constexpr bool real = kind == LaneKind::real;

  HWY_INLINE LaneStep(const BlockView<T>& block, std::uint32_t number)
      : row_sign_(block.rotation(number).row_sign), lanes_(lane_exchange(D(), block.rotation(number).lane_flip)) {
    const D d;
    sign_ = block.signs(d, number);
    coefficient_ = hn::Xor(hn::Set(d, block.tangents[number]), sign_);
  }
  HWY_INLINE void apply(std::size_t row, Row<D>& p) const { p = add<real>(p, at(row, coefficient_), partner(p)); }
  HWY_INLINE V undo(std::size_t row, V sum, Row<D>& l, Row<D>& p) const {
    const D d;
    const V c = at(row, coefficient_);
    const Row<D> of_p = partner(p);
    sum = hn::Add(sum, hn::Xor(at(row, sign_), add_overlap<real>(hn::Zero(d), l, of_p)));
    p = subtract<real>(p, c, of_p);
    l = subtract<real>(l, c, partner(l));
    return sum;
  }

 private:
  /// In the sign of this row.
  HWY_INLINE V at(std::size_t row, V of_row_0) const {
    if constexpr (!varies) return of_row_0;
    return hn::Xor(of_row_0, sign_bits(D(), bit_parity(static_cast<std::uint32_t>(row) & row_sign_)));
  }
  HWY_INLINE Row<D> partner(const Row<D>& row) const {
    if constexpr (kind == LaneKind::phase) return row;
    return exchange<D>(row, lanes_);
  }

  V coefficient_, sign_;  ///< of row 0; the sign as bits to XOR with
  std::uint32_t row_sign_;
  decltype(lane_exchange(D(), 0)) lanes_;
};

template <LaneKind first_kind, LaneKind second_kind, bool varies, class T>
HWY_NOINLINE void two_lanes_forward(const BlockView<T>& block, std::size_t rows, std::uint32_t first,
                                    std::uint32_t second) {
  const RowTag<T> d;
  const LaneStep<first_kind, varies, T> one(block, first);
  const LaneStep<second_kind, varies, T> two(block, second);
  T* place = block.psi;
  for (std::size_t row = 0; row < rows; ++row, place += 2 * hn::Lanes(d)) {
    Row<RowTag<T>> p = load_row(d, place);
    one.apply(row, p);
    if (first != second) two.apply(row, p);
    store_row(d, p, place);
  }
}

/// Two rotations, each followed by a phase, the commonest run of all: in one load and store of a row.
template <bool varies, class T>
HWY_NOINLINE void turned_lanes_forward(const BlockView<T>& block, std::size_t rows, std::uint32_t first) {
  const RowTag<T> d;
  const LaneStep<LaneKind::real, varies, T> one(block, first), two(block, first + 2);
  const LaneStep<LaneKind::phase, varies, T> one_phase(block, first + 1), two_phase(block, first + 3);
  T* place = block.psi;
  for (std::size_t row = 0; row < rows; ++row, place += 2 * hn::Lanes(d)) {
    Row<RowTag<T>> p = load_row(d, place);
    one.apply(row, p);
    one_phase.apply(row, p);
    two.apply(row, p);
    two_phase.apply(row, p);
    store_row(d, p, place);
  }
}

template <LaneKind first_kind, LaneKind second_kind, bool varies, class T>
HWY_NOINLINE void two_lanes_backward(const BlockView<T>& block, std::size_t rows, std::uint32_t first,
                                     std::uint32_t second) {
  const RowTag<T> d;
  const LaneStep<first_kind, varies, T> one(block, first);
  const LaneStep<second_kind, varies, T> two(block, second);
  auto first_sum = hn::Zero(d), second_sum = hn::Zero(d);
  T *psi = block.psi, *lambda = block.lambda;
  for (std::size_t row = 0; row < rows; ++row, psi += 2 * hn::Lanes(d), lambda += 2 * hn::Lanes(d)) {
    Row<RowTag<T>> p = load_row(d, psi), l = load_row(d, lambda);
    if (first != second) second_sum = two.undo(row, second_sum, l, p);
    first_sum = one.undo(row, first_sum, l, p);
    store_row(d, p, psi);
    store_row(d, l, lambda);
  }
  block.add_plain_sum(d, first, first_sum);
  if (first != second) block.add_plain_sum(d, second, second_sum);
}

template <class T>
HWY_INLINE LaneKind lane_kind(const BlockView<T>& block, std::uint32_t number) {
  const PlannedRotation& rotation = block.rotation(number);
  return rotation.lane_flip == 0 ? LaneKind::phase : rotation.real ? LaneKind::real : LaneKind::imaginary;
}

/// Calls run with the kinds of two rotations, and whether a sign varies, as template arguments.
template <class T, class Run>
HWY_INLINE void with_lane_kinds(const BlockView<T>& block, std::uint32_t first, std::uint32_t second, const Run& run) {
  const auto with_both = [&]<LaneKind one, LaneKind two>() {
    if (block.rotation(first).row_sign | block.rotation(second).row_sign)
      run.template operator()<one, two, true>();
    else
      run.template operator()<one, two, false>();
  };
  const auto with_second = [&]<LaneKind one>() {
    switch (lane_kind(block, second)) {
      case LaneKind::real:
        return with_both.template operator()<one, LaneKind::real>();
      case LaneKind::imaginary:
        return with_both.template operator()<one, LaneKind::imaginary>();
      case LaneKind::phase:
        return with_both.template operator()<one, LaneKind::phase>();
    }
  };
  switch (lane_kind(block, first)) {
    case LaneKind::real:
      return with_second.template operator()<LaneKind::real>();
    case LaneKind::imaginary:
      return with_second.template operator()<LaneKind::imaginary>();
    case LaneKind::phase:
      return with_second.template operator()<LaneKind::phase>();
  }
}

/// Whether two rotations, each followed by a phase, begin at `first`.
template <class T>
HWY_INLINE bool are_turned(const BlockView<T>& block, std::uint32_t first) {
  return lane_kind(block, first) == LaneKind::real && lane_kind(block, first + 1) == LaneKind::phase &&
         lane_kind(block, first + 2) == LaneKind::real && lane_kind(block, first + 3) == LaneKind::phase;
}

template <class T>
HWY_INLINE void turned_lanes_forward(const BlockView<T>& block, const BlockVisit& visit, std::uint32_t first) {
  const std::size_t rows = std::size_t{1} << visit.row_bits;
  std::uint32_t row_signs = 0;
  for (std::uint32_t number = first; number < first + 4; ++number) row_signs |= block.rotation(number).row_sign;
  row_signs ? turned_lanes_forward<true>(block, rows, first) : turned_lanes_forward<false>(block, rows, first);
}

// Four rotations a walk where they come as two turned ones, else two; a last one alone goes as both.
template <class T>
HWY_INLINE void lanes_forward(const BlockView<T>& block, const BlockVisit& visit) {
  for (std::uint32_t place = 0; place < visit.count; place += 2) {
    const std::uint32_t first = visit.first_rotation + place, second = first + (place + 1 < visit.count);
    if (place + 4 <= visit.count && are_turned(block, first)) {
      turned_lanes_forward(block, visit, first);
      place += 2;
      continue;
    }
    with_lane_kinds(block, first, second, [&]<LaneKind one, LaneKind two, bool varies>() {
      two_lanes_forward<one, two, varies>(block, std::size_t{1} << visit.row_bits, first, second);
    });
  }
}

template <class T>
HWY_INLINE void lanes_backward(const BlockView<T>& block, const BlockVisit& visit) {
  for (std::uint32_t place = (visit.count - 1) & ~1u;; place -= 2) {
    const std::uint32_t first = visit.first_rotation + place, second = first + (place + 1 < visit.count);
    with_lane_kinds(block, first, second, [&]<LaneKind one, LaneKind two, bool varies>() {
      two_lanes_backward<one, two, varies>(block, std::size_t{1} << visit.row_bits, first, second);
    });
    if (place == 0) break;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
