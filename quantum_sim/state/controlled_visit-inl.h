// Visits by one controlled rotation, on the rows and lanes of a block that meet its controls. Compiled once for each
// instruction set.
//
// Elsewhere the state stays as it is, so that cosines cannot be left out: with G = -i P, c = cos(angle/2) and
// s = sin(angle/2), a rotation takes psi to (c + s G) psi there, back to (c - s G) psi; and a rate psi_dot to
// (c + s G) psi_dot + r G psi', r the rate of half the angle.
#if defined(TACIT_QUANTUM_SIM_STATE_CONTROLLED_VISIT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_STATE_CONTROLLED_VISIT_INL_H
#undef TACIT_QUANTUM_SIM_STATE_CONTROLLED_VISIT_INL_H
#else
#define TACIT_QUANTUM_SIM_STATE_CONTROLLED_VISIT_INL_H
#endif

#include "quantum_sim/state/block_copy-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// A controlled rotation at one block.
template <class T>
class ControlledRotation {
 public:
  using D = RowTag<T>;
  using V = hn::Vec<D>;

  /// `base`: index of the block's first amplitude.
  HWY_INLINE ControlledRotation(const PassCall<T>& call, std::uint32_t number, std::uint32_t base)
      : rotation_(call.plan->rotations[call.pass->first_rotation + number]),
        controls_(call.pass->controls[rotation_.block_controls]),
        shifted_(base ^ call.shifts[number]),
        lanes_(lane_exchange(D(), rotation_.lane_flip)),
        signs_(hn::Xor(lane_signs(D(), rotation_.lane_sign), sign_bits(D(), bit_parity(rotation_.sign & base)))),
        sine_(hn::Set(D(), call.tangents[number])),
        cosine_(hn::Set(D(), call.cosines[number])) {
    for (const auto& condition : controls_.whole) acts_ = acts_ && !misses(condition);
    for (const auto& condition : controls_.by_row)
      if (misses(condition)) first_ ^= 1u << (31 - __builtin_clz(condition.rows));
  }

  HWY_INLINE bool real() const { return rotation_.real; }
  HWY_INLINE Row<D> partner(const Row<D>& row) const { return exchange<D>(row, lanes_); }

  /// Calls run(row, partner) for one row of each pair; a row may be its own partner.
  template <class Run>
  HWY_INLINE void for_each_pair(const Run& run) const {
    if (!acts_) return;
    for (const std::uint32_t offset : controls_.offsets) run(first_ ^ offset, first_ ^ offset ^ rotation_.row_flip);
  }

  /// In each lane of a row: 1 or -1 as the string has it, 0 where a control is not met; and what multiplies the row and
  /// its partner.
  struct Weights {
    V sign, cosine, sine;
  };
  HWY_INLINE Weights at(std::uint32_t row) const {
    const D d;
    const V one = hn::Set(d, T{1});
    const V sign = hn::Xor(one, hn::Xor(signs_, sign_bits(d, bit_parity(row & rotation_.row_sign))));
    if (controls_.by_lane.empty()) return {sign, cosine_, hn::Mul(sign, sine_)};
    V missed = hn::Zero(d);
    for (const auto& condition : controls_.by_lane)
      missed = hn::Or(missed, hn::Xor(lane_signs(d, condition.lanes),
                                      sign_bits(d, misses(condition) ^ bit_parity(row & condition.rows))));
    // Signs of zeros do not count in comparisons.
    const hn::RebindToSigned<D> bits;
    const auto outside = hn::MaskFromVec(hn::BitCast(d, hn::BroadcastSignBit(hn::BitCast(bits, missed))));
    const V inside = hn::IfThenZeroElse(outside, sign);
    return {inside, hn::IfThenElse(outside, one, cosine_), hn::Mul(inside, sine_)};
  }

 private:
  // By the block's first amplitude.
  HWY_INLINE std::uint32_t misses(const BlockControls::Condition& condition) const {
    return bit_parity(shifted_ & condition.mask) ^ condition.value;
  }

  const PlannedRotation& rotation_;
  const BlockControls& controls_;
  std::uint32_t shifted_, first_ = 0;
  bool acts_ = true;
  decltype(lane_exchange(D(), 0)) lanes_;
  V signs_, sine_, cosine_;
};

/// cosine row + sine g partner, or the way back.
template <bool real, bool undo, class D>
HWY_INLINE Row<D> turned(const Row<D>& row, const Row<D>& partner, hn::Vec<D> cosine, hn::Vec<D> sine) {
  const Row<D> kept{hn::Mul(cosine, row.re), hn::Mul(cosine, row.im)};
  return undo ? subtract<real>(kept, sine, partner) : add<real>(kept, sine, partner);
}

/// Two rows of a state, each the other's partner or both the same.
template <class T>
struct ControlledPair {
  using D = RowTag<T>;
  Row<D> a, b;

  HWY_INLINE ControlledPair(const T* state, std::size_t row, std::size_t partner)
      : a(load_row(D(), state + row)), b(load_row(D(), state + partner)) {}
  HWY_INLINE void store(T* state, std::size_t row, std::size_t partner) const {
    store_row(D(), a, state + row);
    if (partner != row) store_row(D(), b, state + partner);
  }
  template <bool real, bool undo>
  HWY_INLINE void rotate(const ControlledRotation<T>& by, const typename ControlledRotation<T>::Weights& at_a,
                         const typename ControlledRotation<T>::Weights& at_b) {
    const Row<D> of_a = by.partner(b), of_b = by.partner(a);
    a = turned<real, undo>(a, of_a, at_a.cosine, at_a.sine);
    b = turned<real, undo>(b, of_b, at_b.cosine, at_b.sine);
  }
  /// Adds (or, undoing, subtracts) rate g psi to this rate of psi.
  template <bool real, bool undo>
  HWY_INLINE void move(const ControlledRotation<T>& by, const ControlledPair& psi, hn::Vec<D> rate_a,
                       hn::Vec<D> rate_b) {
    const Row<D> of_a = by.partner(psi.b), of_b = by.partner(psi.a);
    a = undo ? subtract<real>(a, rate_a, of_a) : add<real>(a, rate_a, of_a);
    b = undo ? subtract<real>(b, rate_b, of_b) : add<real>(b, rate_b, of_b);
  }
};

template <bool real, class T>
HWY_NOINLINE void controlled_forward(const ControlledRotation<T>& by, T* psi) {
  const std::size_t step = 2 * hn::Lanes(RowTag<T>());
  by.for_each_pair([&](std::uint32_t row, std::uint32_t partner) {
    ControlledPair<T> p(psi, row * step, partner * step);
    p.template rotate<real, false>(by, by.at(row), by.at(partner));
    p.store(psi, row * step, partner * step);
  });
}

/// Returns the rotation's gradient.
template <bool real, class T>
HWY_NOINLINE double controlled_backward(const ControlledRotation<T>& by, T* psi, T* lambda) {
  const RowTag<T> d;
  const std::size_t step = 2 * hn::Lanes(d);
  const auto zero = hn::Zero(d);
  auto sum = zero;
  by.for_each_pair([&](std::uint32_t row, std::uint32_t partner) {
    ControlledPair<T> p(psi, row * step, partner * step), l(lambda, row * step, partner * step);
    const auto at_a = by.at(row), at_b = by.at(partner);
    sum = hn::MulAdd(at_a.sign, add_overlap<real>(zero, l.a, by.partner(p.b)), sum);
    if (partner != row) sum = hn::MulAdd(at_b.sign, add_overlap<real>(zero, l.b, by.partner(p.a)), sum);
    p.template rotate<real, true>(by, at_a, at_b);
    l.template rotate<real, true>(by, at_a, at_b);
    p.store(psi, row * step, partner * step);
    l.store(lambda, row * step, partner * step);
  });
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

template <bool real, class T>
HWY_NOINLINE void controlled_forward_tangent(const ControlledRotation<T>& by, T rate, T* psi, T* psi_dot) {
  const RowTag<T> d;
  const std::size_t step = 2 * hn::Lanes(d);
  const auto rates = hn::Set(d, rate);
  by.for_each_pair([&](std::uint32_t row, std::uint32_t partner) {
    ControlledPair<T> p(psi, row * step, partner * step), p_dot(psi_dot, row * step, partner * step);
    const auto at_a = by.at(row), at_b = by.at(partner);
    p.template rotate<real, false>(by, at_a, at_b);
    p_dot.template rotate<real, false>(by, at_a, at_b);
    p_dot.template move<real, false>(by, p, hn::Mul(at_a.sign, rates), hn::Mul(at_b.sign, rates));
    p.store(psi, row * step, partner * step);
    p_dot.store(psi_dot, row * step, partner * step);
  });
}

/// Adds the rotation's gradient and its rate to the sums.
template <bool real, class T>
HWY_NOINLINE void controlled_backward_tangent(const ControlledRotation<T>& by, T rate, const TangentCall<T>& call,
                                              double& sum, double& sum_dot) {
  const RowTag<T> d;
  const std::size_t step = 2 * hn::Lanes(d);
  const auto zero = hn::Zero(d), rates = hn::Set(d, rate);
  auto gradient = zero, gradient_dot = zero;
  by.for_each_pair([&](std::uint32_t row, std::uint32_t partner) {
    const std::size_t a = row * step, b = partner * step;
    ControlledPair<T> p(call.psi_block, a, b), p_dot(call.psi_dot_block, a, b);
    ControlledPair<T> l(call.lambda_block, a, b), l_dot(call.lambda_dot_block, a, b);
    const auto at_a = by.at(row), at_b = by.at(partner);
    const auto take = [&](hn::Vec<RowTag<T>> sign, const Row<RowTag<T>>& of_l, const Row<RowTag<T>>& of_l_dot,
                          const Row<RowTag<T>>& of_p, const Row<RowTag<T>>& of_p_dot) {
      const auto ket = by.partner(of_p), ket_dot = by.partner(of_p_dot);
      gradient = hn::MulAdd(sign, add_overlap<real>(zero, of_l, ket), gradient);
      gradient_dot =
          hn::MulAdd(sign, add_overlap<real>(add_overlap<real>(zero, of_l_dot, ket), of_l, ket_dot), gradient_dot);
    };
    take(at_a.sign, l.a, l_dot.a, p.b, p_dot.b);
    if (partner != row) take(at_b.sign, l.b, l_dot.b, p.a, p_dot.a);
    const auto undo = [&](ControlledPair<T>& state, ControlledPair<T>& dot) {
      state.template rotate<real, true>(by, at_a, at_b);
      dot.template rotate<real, true>(by, at_a, at_b);
      dot.template move<real, true>(by, state, hn::Mul(at_a.sign, rates), hn::Mul(at_b.sign, rates));
    };
    undo(p, p_dot);
    undo(l, l_dot);
    p.store(call.psi_block, a, b);
    p_dot.store(call.psi_dot_block, a, b);
    l.store(call.lambda_block, a, b);
    l_dot.store(call.lambda_dot_block, a, b);
  });
  sum += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, gradient)));
  sum_dot += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, gradient_dot)));
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
