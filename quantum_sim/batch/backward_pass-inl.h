// Sweeps undone on psi and lambda, last first, each after its gradient terms. Compiled once for each instruction set.
//
// With E = <psi| O |psi> and lambda = O psi carried back, dE/d(angle) = Re <lambda| -i P |psi> for exp(-i angle P / 2)
// and 2 Re <lambda| i |psi> over the turned rows for a phase. Before a sweep that grows the state, psi has no rows
// beyond the old ones, so lambda is wanted only there.
#if defined(TACIT_QUANTUM_SIM_BATCH_BACKWARD_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_BACKWARD_PASS_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_BACKWARD_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_BACKWARD_PASS_INL_H
#endif

#include "quantum_sim/batch/joint_sweeps-inl.h"
#include "quantum_sim/batch/observable-inl.h"
#include "quantum_sim/batch/sweep_shape-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class T>
struct BackwardPass {
  using D = SampleTag<T>;
  const Tile<T>& tile;
  std::size_t column;

  template <SweepShape shape>
  HWY_NOINLINE void rotation(const Sweep& sweep) const {
    const D d;
    const PairRows rows(sweep);
    const Coefficients<D> angle = load_coefficients(d, tile, tile.backward_coefficients, sweep.rotation_slot, column);
    const Signed<shape.has_sign, hn::Vec<D>> undo(hn::Neg(angle.sine)), sign(hn::Set(d, T{1}));
    Coefficients<D> phase{};
    if constexpr (shape.has_phase) {
      phase = load_coefficients(d, tile, tile.backward_coefficients, sweep.phase_slot, column);
      phase.sine = hn::Neg(phase.sine);
    }
    T *const psi_state = tile.psi, *const lambda_state = tile.lambda;
    auto rotation_sum = hn::Zero(d), phase_sum = hn::Zero(d);
    for (std::size_t pair = 0; pair < rows.count(); ++pair) {
      const std::size_t a = rows.first(pair), b = a ^ sweep.flip;
      const std::size_t odd = shape.has_sign ? parity_of(static_cast<std::uint32_t>(a) & sweep.sign) : 0;
      Pair<D> psi{load_row(d, psi_state, a), load_row(d, psi_state, b)};
      Pair<D> lambda{load_row(d, lambda_state, a), load_row(d, lambda_state, b)};
      if constexpr (shape.has_phase) {
        phase_sum = add_phase_overlap(lambda.b, psi.b, phase_sum);
        psi.b = turn(psi.b, phase.cosine, phase.sine);
        lambda.b = turn(lambda.b, phase.cosine, phase.sine);
      }
      if constexpr (shape.has_sign) {
        const auto overlap = add_rotation_overlap<shape.kind>(lambda, psi, hn::Zero(d));
        rotation_sum = hn::MulAdd(sign(odd), overlap, rotation_sum);
      } else {
        rotation_sum = add_rotation_overlap<shape.kind>(lambda, psi, rotation_sum);
      }
      psi = rotate<shape.kind, shape.scaled>(psi, angle.cosine, undo(odd));
      lambda = rotate<shape.kind, shape.scaled>(lambda, angle.cosine, undo(odd));
      store_row(d, psi.a, psi_state, a);
      store_row(d, lambda.a, lambda_state, a);
      if constexpr (!shape.grows) {
        store_row(d, psi.b, psi_state, b);
        store_row(d, lambda.b, lambda_state, b);
      }
    }
    write(d, rotation_sum, sweep.rotation_slot);
    if constexpr (shape.has_phase) write(d, hn::Add(phase_sum, phase_sum), sweep.phase_slot);
  }

  template <JointShape shape>
  HWY_NOINLINE void joint(const Sweep& one, const Sweep& two) const {
    const D d;
    const JointRows rows(one, two);
    Undo first = load_undo<shape.has_phase>(one), second = load_undo<shape.has_phase>(two);
    T *const psi = tile.psi, *const lambda = tile.lambda;
    for (std::size_t group = 0; group < rows.count(); ++group) {
      const std::size_t row = rows.first(group);
      const std::size_t row_one = row ^ one.flip, row_two = row ^ two.flip, row_both = row_one ^ two.flip;
      Pair<D> psi_even{load_row(d, psi, row), load_row(d, psi, row_two)};
      Pair<D> lambda_even{load_row(d, lambda, row), load_row(d, lambda, row_two)};
      undo<shape>(psi_even, lambda_even, second);
      Pair<D> psi_odd{load_row(d, psi, row_one), load_row(d, psi, row_both)};
      Pair<D> lambda_odd{load_row(d, lambda, row_one), load_row(d, lambda, row_both)};
      undo<shape>(psi_odd, lambda_odd, second);
      Pair<D> psi_near{psi_even.a, psi_odd.a}, lambda_near{lambda_even.a, lambda_odd.a};
      undo<shape>(psi_near, lambda_near, first);
      store_row(d, psi_near.a, psi, row);
      store_row(d, psi_near.b, psi, row_one);
      store_row(d, lambda_near.a, lambda, row);
      store_row(d, lambda_near.b, lambda, row_one);
      Pair<D> psi_far{psi_even.b, psi_odd.b}, lambda_far{lambda_even.b, lambda_odd.b};
      undo<shape>(psi_far, lambda_far, first);
      store_row(d, psi_far.a, psi, row_two);
      store_row(d, psi_far.b, psi, row_both);
      store_row(d, lambda_far.a, lambda, row_two);
      store_row(d, lambda_far.b, lambda, row_both);
    }
    for (const auto& [sweep, sums] : {std::pair(&one, &first), std::pair(&two, &second)}) {
      write(d, sums->rotation_sum, sweep->rotation_slot);
      if constexpr (shape.has_phase) write(d, hn::Add(sums->phase_sum, sums->phase_sum), sweep->phase_slot);
    }
  }

  HWY_NOINLINE void phase(const Sweep& sweep) const {
    const D d;
    const PairRows rows(sweep);
    const Coefficients<D> angle = load_coefficients(d, tile, tile.backward_coefficients, sweep.phase_slot, column);
    const auto undo = hn::Neg(angle.sine);
    auto sum = hn::Zero(d);
    for (std::size_t pair = 0; pair < rows.count(); ++pair) {
      const std::size_t row = rows.first(pair) ^ (std::size_t{1} << sweep.pivot);
      const Amplitude<D> psi = load_row(d, tile.psi, row), lambda = load_row(d, tile.lambda, row);
      sum = add_phase_overlap(lambda, psi, sum);
      store_row(d, turn(psi, angle.cosine, undo), tile.psi, row);
      store_row(d, turn(lambda, angle.cosine, undo), tile.lambda, row);
    }
    write(d, hn::Add(sum, sum), sweep.phase_slot);
  }

 private:
  // Coefficients that undo a scaled rotation and its phase, and their gradients so far.
  struct Undo {
    hn::Vec<D> tangent, cosine, sine, rotation_sum, phase_sum;
  };

  template <bool has_phase>
  HWY_INLINE Undo load_undo(const Sweep& sweep) const {
    const D d;
    const auto zero = hn::Zero(d);
    const auto tangent =
        hn::Neg(load_coefficients(d, tile, tile.backward_coefficients, sweep.rotation_slot, column).sine);
    if constexpr (!has_phase) return {tangent, zero, zero, zero, zero};
    const Coefficients<D> phase = load_coefficients(d, tile, tile.backward_coefficients, sweep.phase_slot, column);
    return {tangent, phase.cosine, hn::Neg(phase.sine), zero, zero};
  }

  template <JointShape shape>
  static HWY_INLINE void undo(Pair<D>& psi, Pair<D>& lambda, Undo& by) {
    if constexpr (shape.has_phase) {
      by.phase_sum = add_phase_overlap(lambda.b, psi.b, by.phase_sum);
      psi.b = turn(psi.b, by.cosine, by.sine);
      lambda.b = turn(lambda.b, by.cosine, by.sine);
    }
    by.rotation_sum = add_rotation_overlap<shape.kind>(lambda, psi, by.rotation_sum);
    psi = rotate<shape.kind, true>(psi, by.tangent, by.tangent);
    lambda = rotate<shape.kind, true>(lambda, by.tangent, by.tangent);
  }

  HWY_INLINE void write(D d, hn::Vec<D> value, std::uint32_t slot) const {
    hn::Store(value, d, tile.gradient + slot * tile_width<T> + column);
  }
};

/// From the final psi: gradients of all slots for the columns of this pass. Leaves psi and lambda spent.
template <class T>
HWY_INLINE void differentiate(const BackwardPass<T>& pass) {
  const SampleTag<T> d;
  const Tile<T>& tile = pass.tile;
  clear(d, tile.lambda, tile.program->rows());
  add_observables(d, tile, pass.column, tile.upstream, tile.psi, tile.lambda);
  run_sweeps_in_reverse(pass);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
