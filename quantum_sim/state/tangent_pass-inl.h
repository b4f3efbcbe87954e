// Passes over blocks of states and their rates of change, rotation by rotation. Compiled once for each instruction set.
//
// With G = -i P, r the rate of half the angle and all states scaled alike, a rotation takes
//   psi -> psi' = (1 + t G) psi,   psi_dot -> (1 + t G) psi_dot + r G psi',
// and back, lambda and lambda_dot as psi and psi_dot,
//   psi' -> psi = (1 - t G) psi',  psi_dot -> (1 - t G) psi_dot - r G psi.
#if defined(TACIT_QUANTUM_SIM_STATE_TANGENT_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_STATE_TANGENT_PASS_INL_H
#undef TACIT_QUANTUM_SIM_STATE_TANGENT_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_STATE_TANGENT_PASS_INL_H
#endif

#include "quantum_sim/state/block_copy-inl.h"
#include "quantum_sim/state/controlled_visit-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// A rotation and its rate on one block.
template <class T>
struct MovingRotation {
  using D = RowTag<T>;
  using V = hn::Vec<D>;

  HWY_INLINE MovingRotation(const TangentCall<T>& call, std::uint32_t number, std::uint32_t base)
      : rotation(call.plan->rotations[call.pass->first_rotation + number]),
        lanes(lane_exchange(D(), rotation.lane_flip)),
        signs(hn::Xor(lane_signs(D(), rotation.lane_sign), sign_bits(D(), bit_parity(rotation.sign & base)))),
        tangent(hn::Xor(hn::Set(D(), call.tangents[number]), signs)),
        rate(hn::Xor(hn::Set(D(), call.rates[number]), signs)) {}
  HWY_INLINE V bits(std::size_t row) const {
    return sign_bits(D(), bit_parity(static_cast<std::uint32_t>(row) & rotation.row_sign));
  }

  const PlannedRotation& rotation;
  decltype(lane_exchange(D(), 0)) lanes;
  V signs, tangent, rate;
};

/// Calls run(row) for the first row of each pair of partners; a row may be its own.
template <class Run>
HWY_INLINE void for_each_pair(std::size_t rows, std::uint32_t flip, const Run& run) {
  const std::size_t pivot = flip ? std::size_t{1} << (31 - __builtin_clz(flip)) : 0;
  for (std::size_t row = 0; row < rows; ++row)
    if (!(row & pivot)) run(row);
}

/// The rows `row` and its partner of a state and of its rate.
template <class T>
struct MovingPair {
  using D = RowTag<T>;
  using V = hn::Vec<D>;
  Row<D> a, b, a_dot, b_dot;

  HWY_INLINE MovingPair(const T* state, const T* dot, std::size_t row, std::size_t partner)
      : a(load_row(D(), state + row)),
        b(load_row(D(), state + partner)),
        a_dot(load_row(D(), dot + row)),
        b_dot(load_row(D(), dot + partner)) {}
  HWY_INLINE void store(T* state, T* dot, std::size_t row, std::size_t partner) const {
    store_row(D(), a, state + row);
    store_row(D(), b, state + partner);
    store_row(D(), a_dot, dot + row);
    store_row(D(), b_dot, dot + partner);
  }
  template <bool real, bool undo, class I>
  HWY_INLINE void rotate(I lanes, V ta, V tb, V ra, V rb) {
    const auto step = [](const Row<D>& target, V c, const Row<D>& source) {
      return undo ? subtract<real>(target, c, source) : add<real>(target, c, source);
    };
    const Row<D> of_a = exchange<D>(b, lanes), of_b = exchange<D>(a, lanes);
    const Row<D> dot_of_a = exchange<D>(b_dot, lanes), dot_of_b = exchange<D>(a_dot, lanes);
    a = step(a, ta, of_a);
    b = step(b, tb, of_b);
    a_dot = step(step(a_dot, ta, dot_of_a), ra, exchange<D>(b, lanes));
    b_dot = step(step(b_dot, tb, dot_of_b), rb, exchange<D>(a, lanes));
  }
};

template <bool real, class T>
HWY_NOINLINE void moving_forward(const TangentCall<T>& call, const MovingRotation<T>& by) {
  const std::size_t step = 2 * hn::Lanes(RowTag<T>());
  for_each_pair(call.pass->rows(), by.rotation.row_flip, [&](std::size_t row) {
    const std::size_t partner = row ^ by.rotation.row_flip;
    const auto at_a = by.bits(row), at_b = by.bits(partner);
    MovingPair<T> psi(call.psi_block, call.psi_dot_block, row * step, partner * step);
    psi.template rotate<real, false>(by.lanes, hn::Xor(by.tangent, at_a), hn::Xor(by.tangent, at_b),
                                     hn::Xor(by.rate, at_a), hn::Xor(by.rate, at_b));
    psi.store(call.psi_block, call.psi_dot_block, row * step, partner * step);
  });
}

template <bool real, class T>
HWY_NOINLINE void moving_backward(const TangentCall<T>& call, const MovingRotation<T>& by, double& sum,
                                  double& sum_dot) {
  using D = RowTag<T>;
  const D d;
  const std::size_t step = 2 * hn::Lanes(d);
  const auto zero = hn::Zero(d);
  auto gradient = zero, gradient_dot = zero;
  for_each_pair(call.pass->rows(), by.rotation.row_flip, [&](std::size_t row) {
    const std::size_t partner = row ^ by.rotation.row_flip;
    const auto at_a = by.bits(row), at_b = by.bits(partner);
    MovingPair<T> p(call.psi_block, call.psi_dot_block, row * step, partner * step);
    MovingPair<T> l(call.lambda_block, call.lambda_dot_block, row * step, partner * step);
    const auto take = [&](hn::Vec<D> at, const Row<D>& l_row, const Row<D>& l_dot, const Row<D>& p_partner,
                          const Row<D>& p_dot_partner) {
      const auto of_row = exchange<D>(p_partner, by.lanes), dot_of_row = exchange<D>(p_dot_partner, by.lanes);
      const auto sign = hn::Xor(by.signs, at);
      gradient = hn::Add(gradient, hn::Xor(sign, add_overlap<real>(zero, l_row, of_row)));
      gradient_dot = hn::Add(
          gradient_dot, hn::Xor(sign, add_overlap<real>(add_overlap<real>(zero, l_dot, of_row), l_row, dot_of_row)));
    };
    take(at_a, l.a, l.a_dot, p.b, p.b_dot);
    if (partner != row) take(at_b, l.b, l.b_dot, p.a, p.a_dot);
    const auto ta = hn::Xor(by.tangent, at_a), tb = hn::Xor(by.tangent, at_b);
    const auto ra = hn::Xor(by.rate, at_a), rb = hn::Xor(by.rate, at_b);
    p.template rotate<real, true>(by.lanes, ta, tb, ra, rb);
    l.template rotate<real, true>(by.lanes, ta, tb, ra, rb);
    p.store(call.psi_block, call.psi_dot_block, row * step, partner * step);
    l.store(call.lambda_block, call.lambda_dot_block, row * step, partner * step);
  });
  sum += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, gradient)));
  sum_dot += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, gradient_dot)));
}

template <class T>
HWY_INLINE void rotate_forward(const TangentCall<T>& call, std::uint32_t number, std::uint32_t base) {
  if (call.plan->rotations[call.pass->first_rotation + number].is_controlled()) {
    const ControlledRotation<T> by(call, number, base);
    const T rate = call.rates[number];
    return by.real() ? controlled_forward_tangent<true>(by, rate, call.psi_block, call.psi_dot_block)
                     : controlled_forward_tangent<false>(by, rate, call.psi_block, call.psi_dot_block);
  }
  const MovingRotation<T> by(call, number, base);
  by.rotation.real ? moving_forward<true>(call, by) : moving_forward<false>(call, by);
}

template <class T>
HWY_INLINE void rotate_backward(const TangentCall<T>& call, std::uint32_t number, std::uint32_t base, double& sum,
                                double& sum_dot) {
  if (call.plan->rotations[call.pass->first_rotation + number].is_controlled()) {
    const ControlledRotation<T> by(call, number, base);
    const T rate = call.rates[number];
    return by.real() ? controlled_backward_tangent<true>(by, rate, call, sum, sum_dot)
                     : controlled_backward_tangent<false>(by, rate, call, sum, sum_dot);
  }
  const MovingRotation<T> by(call, number, base);
  by.rotation.real ? moving_backward<true>(call, by, sum, sum_dot) : moving_backward<false>(call, by, sum, sum_dot);
}

// All rotations of the pass on one block; `base` is its first row.
template <class T>
HWY_INLINE void rotate_block_forward(const TangentCall<T>& call, std::size_t base) {
  for (std::uint32_t rotation = 0; rotation < call.pass->rotation_count; ++rotation)
    rotate_forward(call, rotation, static_cast<std::uint32_t>(base << call.plan->lane_bits));
}
template <class T>
HWY_INLINE void rotate_block_backward(const TangentCall<T>& call, std::size_t base, double* sums, double* sums_dot) {
  for (std::uint32_t rotation = call.pass->rotation_count; rotation-- > 0;)
    rotate_backward(call, rotation, static_cast<std::uint32_t>(base << call.plan->lane_bits), sums[rotation],
                    sums_dot[rotation]);
}

template <class T>
void pass_forward_tangent(const TangentCall<T>& call, std::size_t first_block, std::size_t last_block) {
  const Pass& pass = *call.pass;
  for (std::size_t number = first_block; number < last_block; ++number) {
    const std::size_t base = first_row(pass, number);
    read_block<true>(pass, base, call.psi_gain, call.psi, call.psi_block);
    read_block<true>(pass, base, call.psi_gain, call.psi_dot, call.psi_dot_block);
    rotate_block_forward(call, base);
    if (call.plan->single_block) continue;
    write_block(pass, base, T{1}, call.psi_block, call.psi);
    write_block(pass, base, T{1}, call.psi_dot_block, call.psi_dot);
  }
}

template <class T>
void pass_backward_tangent(const TangentCall<T>& call, std::size_t first_block, std::size_t last_block, double* sums,
                           double* sums_dot) {
  const Pass& pass = *call.pass;
  for (std::size_t number = first_block; number < last_block; ++number) {
    const std::size_t base = first_row(pass, number);
    if (!call.plan->single_block) {
      read_block<false>(pass, base, T{1}, call.psi, call.psi_block);
      read_block<false>(pass, base, T{1}, call.psi_dot, call.psi_dot_block);
      read_block<false>(pass, base, T{1}, call.lambda, call.lambda_block);
      read_block<false>(pass, base, T{1}, call.lambda_dot, call.lambda_dot_block);
    }
    rotate_block_backward(call, base, sums, sums_dot);
    write_block(pass, base, call.psi_gain, call.psi_block, call.psi);
    write_block(pass, base, call.psi_gain, call.psi_dot_block, call.psi_dot);
    write_block(pass, base, call.lambda_gain, call.lambda_block, call.lambda);
    write_block(pass, base, call.lambda_gain, call.lambda_dot_block, call.lambda_dot);
  }
}

template <class T>
void pass_forward_tangent_in_place(const TangentCall<T>& call, std::size_t first_block, std::size_t last_block) {
  TangentCall<T> here = call;
  for (std::size_t number = first_block; number < last_block; ++number) {
    rotate_block_forward(here, first_row(*call.pass, number));
    for (T** block : {&here.psi_block, &here.psi_dot_block}) *block += block_stride<T>(*call.pass);
  }
}

template <class T>
void pass_backward_tangent_in_place(const TangentCall<T>& call, std::size_t first_block, std::size_t last_block,
                                    double* sums, double* sums_dot) {
  TangentCall<T> here = call;
  for (std::size_t number = first_block; number < last_block; ++number) {
    rotate_block_backward(here, first_row(*call.pass, number), sums, sums_dot);
    for (T** block : {&here.psi_block, &here.psi_dot_block, &here.lambda_block, &here.lambda_dot_block})
      *block += block_stride<T>(*call.pass);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
