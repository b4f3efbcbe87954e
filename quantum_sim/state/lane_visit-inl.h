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

/// Signs and coefficients of one rotation at one row, for both signs of the row.
template <class T>
struct RowTable {
  using D = RowTag<T>;
  alignas(64) T signs[2][hn::MaxLanes(D())];  ///< as bits to XOR with
  alignas(64) T coefficients[2][hn::MaxLanes(D())];
  std::uint32_t row_sign = 0, lanes = 0;
  bool real = false;

  HWY_INLINE void fill(const BlockView<T>& block, std::uint32_t number) {
    const D d;
    const PlannedRotation& rotation = block.rotation(number);
    row_sign = rotation.row_sign;
    lanes = rotation.lane_flip;
    real = rotation.real;
    const auto tangent = hn::Set(d, block.tangents[number]), sign = block.signs(d, number);
    for (std::uint32_t odd = 0; odd < 2; ++odd) {
      const auto here = odd ? hn::Neg(sign) : sign;
      hn::Store(here, d, signs[odd]);
      hn::Store(hn::Xor(tangent, here), d, coefficients[odd]);
    }
  }
  HWY_INLINE std::uint32_t parity_at(std::size_t row) const {
    return parity_of(static_cast<std::uint32_t>(row) & row_sign);
  }
  HWY_INLINE Row<D> partner(const Row<D>& row) const {
    return lanes ? exchange<D>(row, lane_exchange(D(), lanes)) : row;
  }
  template <bool undo>
  HWY_INLINE void apply(std::uint32_t odd, Row<D>& row, const Row<D>& of_row) const {
    const auto c = hn::Load(D(), coefficients[odd]);
    if (real)
      row = undo ? subtract<true>(row, c, of_row) : add<true>(row, c, of_row);
    else
      row = undo ? subtract<false>(row, c, of_row) : add<false>(row, c, of_row);
  }
  HWY_INLINE hn::Vec<D> overlap(std::uint32_t odd, const Row<D>& l, const Row<D>& of_p) const {
    const auto zero = hn::Zero(D());
    return hn::Xor(hn::Load(D(), signs[odd]),
                   real ? add_overlap<true>(zero, l, of_p) : add_overlap<false>(zero, l, of_p));
  }
};

inline constexpr std::size_t most_lane_rotations = 8;

// Two rows at once hide the latency of one behind the other.
template <class T>
HWY_NOINLINE void lanes_forward(const BlockView<T>& block, const Visit& visit) {
  using D = RowTag<T>;
  const D d;
  RowTable<T> tables[most_lane_rotations];
  for (std::uint32_t place = 0; place < visit.count; ++place) tables[place].fill(block, visit.first_rotation + place);
  const std::size_t stride = 2 * hn::Lanes(d), rows = block.pass->rows();
  for (std::size_t row = 0; row < rows; row += 2) {
    T* const place = block.psi + row * stride;
    Row<D> a = load_row(d, place), b = load_row(d, place + stride);
    for (std::uint32_t number = 0; number < visit.count; ++number) {
      const RowTable<T>& table = tables[number];
      const Row<D> of_a = table.partner(a), of_b = table.partner(b);
      table.template apply<false>(table.parity_at(row), a, of_a);
      table.template apply<false>(table.parity_at(row + 1), b, of_b);
    }
    store_row(d, a, place);
    store_row(d, b, place + stride);
  }
}

template <class T>
HWY_NOINLINE void lanes_backward(const BlockView<T>& block, const Visit& visit) {
  using D = RowTag<T>;
  const D d;
  RowTable<T> tables[most_lane_rotations];
  alignas(64) T sums[most_lane_rotations][hn::MaxLanes(D())] = {};
  for (std::uint32_t place = 0; place < visit.count; ++place) tables[place].fill(block, visit.first_rotation + place);
  const std::size_t stride = 2 * hn::Lanes(d), rows = block.pass->rows();
  for (std::size_t row = 0; row < rows; ++row) {
    T *const psi = block.psi + row * stride, *const lambda = block.lambda + row * stride;
    Row<D> p = load_row(d, psi), l = load_row(d, lambda);
    for (std::uint32_t number = visit.count; number-- > 0;) {
      const RowTable<T>& table = tables[number];
      const std::uint32_t odd = table.parity_at(row);
      const Row<D> of_p = table.partner(p), of_l = table.partner(l);
      hn::Store(hn::Add(hn::Load(d, sums[number]), table.overlap(odd, l, of_p)), d, sums[number]);
      table.template apply<true>(odd, p, of_p);
      table.template apply<true>(odd, l, of_l);
    }
    store_row(d, p, psi);
    store_row(d, l, lambda);
  }
  for (std::uint32_t number = 0; number < visit.count; ++number)
    block.add_plain_sum(d, visit.first_rotation + number, hn::Load(d, sums[number]));
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
