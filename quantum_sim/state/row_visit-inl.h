// Visits of four rows at a time with any signs and exchanged lanes. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_STATE_ROW_VISIT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_STATE_ROW_VISIT_INL_H
#undef TACIT_QUANTUM_SIM_STATE_ROW_VISIT_INL_H
#else
#define TACIT_QUANTUM_SIM_STATE_ROW_VISIT_INL_H
#endif

#include "quantum_sim/state/uniform_visit-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// Signs and coefficients of one rotation at the four rows of a group, for both signs of the group's first row.
template <class T>
struct GroupTable {
  using D = RowTag<T>;
  alignas(64) T signs[2][4][hn::MaxLanes(D())];  ///< as bits to XOR with
  alignas(64) T coefficients[2][4][hn::MaxLanes(D())];
  std::uint32_t row_sign = 0, lanes = 0;

  template <bool with_signs>
  HWY_INLINE void fill(const BlockView<T>& block, const BlockVisit& visit, std::uint32_t number) {
    const D d;
    const std::uint32_t flips[4] = {0, visit.first_flip, visit.second_flip, visit.first_flip ^ visit.second_flip};
    auto tangent = hn::Zero(d), sign = hn::Zero(d);
    if (number != no_rotation) {
      row_sign = block.rotation(number).row_sign;
      lanes = block.rotation(number).lane_flip;
      tangent = hn::Set(d, block.tangents[number]);
      sign = block.signs(d, number);
    }
    const auto coefficient = hn::Xor(tangent, sign);
    // First rows of groups have zeros at the pivots: often that is all of the sign.
    const std::uint32_t pivots = (1u << visit.low_pivot) | (1u << visit.high_pivot);
    const auto fill_row = [&](std::uint32_t odd, std::uint32_t row) {
      const auto bits = sign_bits(d, odd ^ bit_parity(flips[row] & row_sign));
      if constexpr (with_signs) hn::Store(hn::Xor(sign, bits), d, signs[odd][row]);
      hn::Store(hn::Xor(coefficient, bits), d, coefficients[odd][row]);
    };
    for (std::uint32_t odd = 0; odd < (row_sign & ~pivots ? 2 : 1); ++odd) {
      fill_row(odd, 0);
      fill_row(odd, 1);
      fill_row(odd, 2);
      fill_row(odd, 3);
    }
  }
  HWY_INLINE std::uint32_t parity_at(std::size_t row) const {
    return bit_parity(static_cast<std::uint32_t>(row) & row_sign);
  }
};

/// One rotation at the rows (i, j) of a group, each the other's partner. `exchanges`: lanes may be exchanged.
template <bool real, bool exchanges, int i, int j, class T>
struct PairStep {
  using D = RowTag<T>;
  using V = hn::Vec<D>;

  template <bool undo, class I>
  static HWY_INLINE void rotate(const GroupTable<T>& table, std::uint32_t odd, I lanes, Row<D>& a, Row<D>& b) {
    const Row<D> of_a = partner(b, lanes), of_b = partner(a, lanes);
    apply<undo>(table, odd, a, b, of_a, of_b);
  }
  template <class I>
  static HWY_INLINE V differentiate(const GroupTable<T>& table, std::uint32_t odd, I lanes, V sum, Row<D>& la,
                                    Row<D>& lb, Row<D>& a, Row<D>& b) {
    const D d;
    const Row<D> of_a = partner(b, lanes), of_b = partner(a, lanes);
    sum = hn::Add(sum, hn::Xor(hn::Load(d, table.signs[odd][i]), add_overlap<real>(hn::Zero(d), la, of_a)));
    sum = hn::Add(sum, hn::Xor(hn::Load(d, table.signs[odd][j]), add_overlap<real>(hn::Zero(d), lb, of_b)));
    apply<true>(table, odd, a, b, of_a, of_b);
    rotate<true>(table, odd, lanes, la, lb);
    return sum;
  }

 private:
  template <class I>
  static HWY_INLINE Row<D> partner(const Row<D>& row, I lanes) {
    if constexpr (exchanges) return exchange<D>(row, lanes);
    return row;
  }
  template <bool undo>
  static HWY_INLINE void apply(const GroupTable<T>& table, std::uint32_t odd, Row<D>& a, Row<D>& b, const Row<D>& of_a,
                               const Row<D>& of_b) {
    const D d;
    const auto ca = hn::Load(d, table.coefficients[odd][i]), cb = hn::Load(d, table.coefficients[odd][j]);
    a = undo ? subtract<real>(a, ca, of_a) : add<real>(a, ca, of_a);
    b = undo ? subtract<real>(b, cb, of_b) : add<real>(b, cb, of_b);
  }
};

/// A phase at the row i of a group.
template <int i, class T>
struct PhaseStep {
  using D = RowTag<T>;
  using V = hn::Vec<D>;

  template <bool undo>
  static HWY_INLINE void turn(const GroupTable<T>& table, std::uint32_t odd, Row<D>& a) {
    const auto c = hn::Load(D(), table.coefficients[odd][i]);
    a = undo ? subtract<false>(a, c, a) : add<false>(a, c, a);
  }
  static HWY_INLINE V differentiate(const GroupTable<T>& table, std::uint32_t odd, V sum, Row<D>& l, Row<D>& a) {
    const D d;
    sum = hn::Add(sum, hn::Xor(hn::Load(d, table.signs[odd][i]), add_overlap<false>(hn::Zero(d), l, a)));
    turn<true>(table, odd, a);
    turn<true>(table, odd, l);
    return sum;
  }
};

template <class T>
HWY_INLINE void turn_four(const GroupTable<T>& table, std::size_t row, FourRows<RowTag<T>>& rows) {
  const std::uint32_t odd = table.parity_at(row);
  PhaseStep<0, T>::template turn<false>(table, odd, rows.none);
  PhaseStep<1, T>::template turn<false>(table, odd, rows.first);
  PhaseStep<2, T>::template turn<false>(table, odd, rows.second);
  PhaseStep<3, T>::template turn<false>(table, odd, rows.both);
}
template <class T>
HWY_INLINE auto undo_phase_of_four(const GroupTable<T>& table, std::size_t row, hn::Vec<RowTag<T>> sum,
                                   FourRows<RowTag<T>>& l, FourRows<RowTag<T>>& p) {
  const std::uint32_t odd = table.parity_at(row);
  sum = PhaseStep<0, T>::differentiate(table, odd, sum, l.none, p.none);
  sum = PhaseStep<1, T>::differentiate(table, odd, sum, l.first, p.first);
  sum = PhaseStep<2, T>::differentiate(table, odd, sum, l.second, p.second);
  return PhaseStep<3, T>::differentiate(table, odd, sum, l.both, p.both);
}

template <bool first_real, bool second_real, bool exchanges, class T>
HWY_NOINLINE void rows_forward(const BlockView<T>& block, const BlockVisit& visit) {
  using D = RowTag<T>;
  const D d;
  const RowGroups groups(visit);
  GroupTable<T> tables[4];
  for (int place = 0; place < 4; ++place) tables[place].template fill<false>(block, visit, visit.rotations[place]);
  const auto first_lanes = lane_exchange(d, tables[0].lanes), second_lanes = lane_exchange(d, tables[2].lanes);
  T* const psi = block.psi;
  for (std::size_t group = 0; group < groups.count(); ++group) {
    const std::size_t row = groups.first(group);
    const FourPlaces at(visit, row, 2 * hn::Lanes(d));
    FourRows<D> p = load_four(d, psi, at);
    const std::uint32_t first_odd = tables[0].parity_at(row), second_odd = tables[2].parity_at(row);
    PairStep<first_real, exchanges, 0, 1, T>::template rotate<false>(tables[0], first_odd, first_lanes, p.none,
                                                                     p.first);
    PairStep<first_real, exchanges, 2, 3, T>::template rotate<false>(tables[0], first_odd, first_lanes, p.second,
                                                                     p.both);
    if (visit.has_phases) turn_four(tables[1], row, p);
    PairStep<second_real, exchanges, 0, 2, T>::template rotate<false>(tables[2], second_odd, second_lanes, p.none,
                                                                      p.second);
    PairStep<second_real, exchanges, 1, 3, T>::template rotate<false>(tables[2], second_odd, second_lanes, p.first,
                                                                      p.both);
    if (visit.has_phases) turn_four(tables[3], row, p);
    store_four(d, p, psi, at);
  }
}

template <bool first_real, bool second_real, bool exchanges, class T>
HWY_NOINLINE void rows_backward(const BlockView<T>& block, const BlockVisit& visit) {
  using D = RowTag<T>;
  const D d;
  const RowGroups groups(visit);
  GroupTable<T> tables[4];
  for (int place = 0; place < 4; ++place) tables[place].template fill<true>(block, visit, visit.rotations[place]);
  const auto first_lanes = lane_exchange(d, tables[0].lanes), second_lanes = lane_exchange(d, tables[2].lanes);
  auto sum0 = hn::Zero(d), sum1 = hn::Zero(d), sum2 = hn::Zero(d), sum3 = hn::Zero(d);
  T *const psi = block.psi, *const lambda = block.lambda;
  for (std::size_t group = 0; group < groups.count(); ++group) {
    const std::size_t row = groups.first(group);
    const FourPlaces at(visit, row, 2 * hn::Lanes(d));
    FourRows<D> p = load_four(d, psi, at), l = load_four(d, lambda, at);
    const std::uint32_t first_odd = tables[0].parity_at(row), second_odd = tables[2].parity_at(row);
    if (visit.has_phases) sum3 = undo_phase_of_four(tables[3], row, sum3, l, p);
    sum2 = PairStep<second_real, exchanges, 0, 2, T>::differentiate(tables[2], second_odd, second_lanes, sum2, l.none,
                                                                    l.second, p.none, p.second);
    sum2 = PairStep<second_real, exchanges, 1, 3, T>::differentiate(tables[2], second_odd, second_lanes, sum2, l.first,
                                                                    l.both, p.first, p.both);
    if (visit.has_phases) sum1 = undo_phase_of_four(tables[1], row, sum1, l, p);
    sum0 = PairStep<first_real, exchanges, 0, 1, T>::differentiate(tables[0], first_odd, first_lanes, sum0, l.none,
                                                                   l.first, p.none, p.first);
    sum0 = PairStep<first_real, exchanges, 2, 3, T>::differentiate(tables[0], first_odd, first_lanes, sum0, l.second,
                                                                   l.both, p.second, p.both);
    store_four(d, p, psi, at);
    store_four(d, l, lambda, at);
  }
  block.add_plain_sum(d, visit.rotations[0], sum0);
  block.add_plain_sum(d, visit.rotations[1], sum1);
  block.add_plain_sum(d, visit.rotations[2], sum2);
  block.add_plain_sum(d, visit.rotations[3], sum3);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
