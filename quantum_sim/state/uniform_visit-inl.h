// Visits of four rows at a time whose signs follow from a row's role among the four: a rotation and a phase along each
// of two directions in one load and store. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_STATE_UNIFORM_VISIT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_STATE_UNIFORM_VISIT_INL_H
#undef TACIT_QUANTUM_SIM_STATE_UNIFORM_VISIT_INL_H
#else
#define TACIT_QUANTUM_SIM_STATE_UNIFORM_VISIT_INL_H
#endif

#include "quantum_sim/state/block_copy-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// A block in the cache and what its rotations need there.
template <class T>
struct BlockView {
  const StatePlan* plan;
  const Pass* pass;
  const T* tangents;
  std::uint32_t base;  ///< index of the block's first amplitude
  T *psi, *lambda;
  double* sums;
  Prefetch<T>* next;
  const PassCall<T>* call;

  HWY_INLINE const PlannedRotation& rotation(std::uint32_t number) const {
    return plan->rotations[pass->first_rotation + number];
  }
  /// Signs over the lanes of the block's row 0.
  template <class D>
  HWY_INLINE hn::Vec<D> signs(D d, std::uint32_t number) const {
    const PlannedRotation& r = rotation(number);
    return hn::Xor(lane_signs(d, r.lane_sign), sign_bits(d, bit_parity(r.sign & base)));
  }
  template <class D>
  HWY_INLINE hn::Vec<D> coefficients(D d, std::uint32_t number) const {
    if (number == no_rotation) return hn::Zero(d);
    return hn::Xor(hn::Set(d, tangents[number]), signs(d, number));
  }
  /// Takes a sum over rows in the sign of row 0.
  template <class D>
  HWY_INLINE void add_sum(D d, std::uint32_t number, hn::Vec<D> sum) const {
    if (number != no_rotation) add_plain_sum(d, number, hn::Xor(sum, signs(d, number)));
  }
  template <class D>
  HWY_INLINE void add_plain_sum(D d, std::uint32_t number, hn::Vec<D> sum) const {
    if (number != no_rotation) sums[number] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
};

template <class D>
struct FourRows {
  Row<D> none, first, second, both;
};

/// Four rows of one state under a visit's rotations; c are coefficients of the row `none`.
template <bool first_real, bool second_real, class D>
struct UniformSteps {
  using V = hn::Vec<D>;

  template <bool real, bool undo>
  static HWY_INLINE void rotate(Row<D>& a, Row<D>& b, V c) {
    const Row<D> before = a;
    // The partner's sign is the opposite of a row's own if real, the same if not.
    if constexpr (undo) {
      a = subtract<real>(a, c, b);
      b = real ? add<real>(b, c, before) : subtract<real>(b, c, before);
    } else {
      a = add<real>(a, c, b);
      b = real ? subtract<real>(b, c, before) : add<real>(b, c, before);
    }
  }
  template <bool undo>
  static HWY_INLINE void turn(Row<D>& a, Row<D>& b, V c) {
    a = undo ? subtract<false>(a, c, a) : add<false>(a, c, a);
    b = undo ? add<false>(b, c, b) : subtract<false>(b, c, b);
  }
  template <bool real>
  static HWY_INLINE V rotation_overlap(V sum, const Row<D>& la, const Row<D>& lb, const Row<D>& a, const Row<D>& b) {
    sum = add_overlap<real>(sum, la, b);
    return real ? subtract_overlap<real>(sum, lb, a) : add_overlap<real>(sum, lb, a);
  }
  static HWY_INLINE V phase_overlap(V sum, const Row<D>& la, const Row<D>& lb, const Row<D>& a, const Row<D>& b) {
    return subtract_overlap<false>(add_overlap<false>(sum, la, a), lb, b);
  }

  template <bool undo>
  static HWY_INLINE void rotate_first(FourRows<D>& r, V c) {
    rotate<first_real, undo>(r.none, r.first, c);
    rotate<first_real, undo>(r.second, r.both, c);
  }
  template <bool undo>
  static HWY_INLINE void turn_first(FourRows<D>& r, V c) {
    turn<undo>(r.none, r.first, c);
    turn<undo>(r.second, r.both, c);
  }
  template <bool undo>
  static HWY_INLINE void rotate_second(FourRows<D>& r, V c) {
    rotate<second_real, undo>(r.none, r.second, c);
    rotate<second_real, undo>(r.first, r.both, c);
  }
  template <bool undo>
  static HWY_INLINE void turn_second(FourRows<D>& r, V c) {
    turn<undo>(r.none, r.second, c);
    turn<undo>(r.first, r.both, c);
  }
  static HWY_INLINE V first_overlap(V sum, const FourRows<D>& l, const FourRows<D>& p) {
    sum = rotation_overlap<first_real>(sum, l.none, l.first, p.none, p.first);
    return rotation_overlap<first_real>(sum, l.second, l.both, p.second, p.both);
  }
  static HWY_INLINE V first_phase_overlap(V sum, const FourRows<D>& l, const FourRows<D>& p) {
    sum = phase_overlap(sum, l.none, l.first, p.none, p.first);
    return phase_overlap(sum, l.second, l.both, p.second, p.both);
  }
  static HWY_INLINE V second_overlap(V sum, const FourRows<D>& l, const FourRows<D>& p) {
    sum = rotation_overlap<second_real>(sum, l.none, l.second, p.none, p.second);
    return rotation_overlap<second_real>(sum, l.first, l.both, p.first, p.both);
  }
  static HWY_INLINE V second_phase_overlap(V sum, const FourRows<D>& l, const FourRows<D>& p) {
    sum = phase_overlap(sum, l.none, l.second, p.none, p.second);
    return phase_overlap(sum, l.first, l.both, p.first, p.both);
  }
};

/// Where four rows lie, as offsets of numbers.
struct FourPlaces {
  std::size_t none, first, second, both;
  HWY_INLINE FourPlaces(const BlockVisit& visit, std::size_t row, std::size_t step)
      : none(row * step),
        first((row ^ visit.first_flip) * step),
        second((row ^ visit.second_flip) * step),
        both((row ^ visit.first_flip ^ visit.second_flip) * step) {}
};

template <class D>
HWY_INLINE FourRows<D> load_four(D d, const hn::TFromD<D>* state, const FourPlaces& at) {
  return {load_row(d, state + at.none), load_row(d, state + at.first), load_row(d, state + at.second),
          load_row(d, state + at.both)};
}
template <class D>
HWY_INLINE void store_four(D d, const FourRows<D>& rows, hn::TFromD<D>* state, const FourPlaces& at) {
  store_row(d, rows.none, state + at.none);
  store_row(d, rows.first, state + at.first);
  store_row(d, rows.second, state + at.second);
  store_row(d, rows.both, state + at.both);
}

/// Exchanges lanes of three rows so that each lies as the first one's partner; twice is nothing.
template <class D>
class Shear {
 public:
  HWY_INLINE explicit Shear(const BlockVisit& visit)
      : first_(lane_exchange(D(), visit.first_lanes)),
        second_(lane_exchange(D(), visit.second_lanes)),
        both_(lane_exchange(D(), visit.first_lanes ^ visit.second_lanes)) {}
  HWY_INLINE void apply(FourRows<D>& rows) const {
    rows.first = exchange<D>(rows.first, first_);
    rows.second = exchange<D>(rows.second, second_);
    rows.both = exchange<D>(rows.both, both_);
  }

 private:
  decltype(lane_exchange(D(), 0)) first_, second_, both_;
};

template <bool first_real, bool second_real, bool has_phases, bool exchanges, class T>
HWY_NOINLINE void uniform_forward(const BlockView<T>& block, const BlockVisit& visit) {
  using D = RowTag<T>;
  using Steps = UniformSteps<first_real, second_real, D>;
  const D d;
  const RowGroups groups(visit);
  const Shear<D> shear(visit);
  const auto c0 = block.coefficients(d, visit.rotations[0]), c1 = block.coefficients(d, visit.rotations[1]);
  const auto c2 = block.coefficients(d, visit.rotations[2]), c3 = block.coefficients(d, visit.rotations[3]);
  T* const psi = block.psi;
  for (std::size_t group = 0; group < groups.count(); ++group) {
    const FourPlaces at(visit, groups.first_by_role(group), 2 * hn::Lanes(d));
    block.next->template step<false>();
    FourRows<D> rows = load_four(d, psi, at);
    if constexpr (exchanges) shear.apply(rows);
    Steps::template rotate_first<false>(rows, c0);
    if constexpr (has_phases) Steps::template turn_first<false>(rows, c1);
    Steps::template rotate_second<false>(rows, c2);
    if constexpr (has_phases) Steps::template turn_second<false>(rows, c3);
    if constexpr (exchanges) shear.apply(rows);
    store_four(d, rows, psi, at);
  }
}

template <bool first_real, bool second_real, bool has_phases, bool exchanges, class T>
HWY_NOINLINE void uniform_backward(const BlockView<T>& block, const BlockVisit& visit) {
  using D = RowTag<T>;
  using Steps = UniformSteps<first_real, second_real, D>;
  const D d;
  const RowGroups groups(visit);
  const Shear<D> shear(visit);
  const auto c0 = block.coefficients(d, visit.rotations[0]), c1 = block.coefficients(d, visit.rotations[1]);
  const auto c2 = block.coefficients(d, visit.rotations[2]), c3 = block.coefficients(d, visit.rotations[3]);
  auto sum0 = hn::Zero(d), sum1 = hn::Zero(d), sum2 = hn::Zero(d), sum3 = hn::Zero(d);
  T *const psi = block.psi, *const lambda = block.lambda;
  for (std::size_t group = 0; group < groups.count(); ++group) {
    const FourPlaces at(visit, groups.first_by_role(group), 2 * hn::Lanes(d));
    block.next->template step<true>();
    FourRows<D> p = load_four(d, psi, at), l = load_four(d, lambda, at);
    if constexpr (exchanges) {
      shear.apply(p);
      shear.apply(l);
    }
    if constexpr (has_phases) {
      sum3 = Steps::second_phase_overlap(sum3, l, p);
      Steps::template turn_second<true>(p, c3);
      Steps::template turn_second<true>(l, c3);
    }
    sum2 = Steps::second_overlap(sum2, l, p);
    Steps::template rotate_second<true>(p, c2);
    Steps::template rotate_second<true>(l, c2);
    if constexpr (has_phases) {
      sum1 = Steps::first_phase_overlap(sum1, l, p);
      Steps::template turn_first<true>(p, c1);
      Steps::template turn_first<true>(l, c1);
    }
    sum0 = Steps::first_overlap(sum0, l, p);
    Steps::template rotate_first<true>(p, c0);
    Steps::template rotate_first<true>(l, c0);
    if constexpr (exchanges) {
      shear.apply(p);
      shear.apply(l);
    }
    store_four(d, p, psi, at);
    store_four(d, l, lambda, at);
  }
  block.add_sum(d, visit.rotations[0], sum0);
  block.add_sum(d, visit.rotations[1], sum1);
  block.add_sum(d, visit.rotations[2], sum2);
  block.add_sum(d, visit.rotations[3], sum3);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
