// The four-state sweep: psi, psi_dot, lambda, lambda_dot undone together, last sweep first, each after its gradient
// terms and their derivatives. Compiled once for each instruction set.
//
// Undoing U = exp(-i angle P / 2): psi = U^dagger psi', psi_dot = U^dagger psi_dot' - (angle_dot / 2) (-i P) psi; the
// same for lambda. The derivative of Re <lambda| G |psi> is Re <lambda_dot| G |psi> + Re <lambda| G |psi_dot>.
#if defined(TACIT_QUANTUM_SIM_BATCH_BACKWARD_TANGENT_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_BACKWARD_TANGENT_PASS_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_BACKWARD_TANGENT_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_BACKWARD_TANGENT_PASS_INL_H
#endif

#include "quantum_sim/batch/observable-inl.h"
#include "quantum_sim/batch/sweep_shape-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// A pair of a state and of that state's derivative.
template <class D>
struct TangentPair {
  Pair<D> value, dot;
};

template <class T>
struct BackwardTangentPass {
  using D = SampleTag<T>;
  using V = hn::Vec<D>;
  const Tile<T>& tile;
  std::size_t column;

  template <SweepShape shape>
  HWY_NOINLINE void rotation(const Sweep& sweep) const {
    const D d;
    const PairRows rows(sweep);
    const Coefficients<D> angle = load_coefficients(d, tile, tile.backward_coefficients, sweep.rotation_slot, column);
    const Signed<shape.has_sign, V> undo(hn::Neg(angle.sine)), rate(hn::Neg(angle.rate)), sign(hn::Set(d, T{1}));
    Coefficients<D> phase{};
    if constexpr (shape.has_phase)
      phase = undoing(load_coefficients(d, tile, tile.backward_coefficients, sweep.phase_slot, column));
    V rotation_sum = hn::Zero(d), rotation_dot = hn::Zero(d), phase_sum = hn::Zero(d), phase_dot = hn::Zero(d);
    for (std::size_t pair = 0; pair < rows.count(); ++pair) {
      const std::size_t a = rows.first(pair), b = a ^ sweep.flip;
      const std::size_t odd = shape.has_sign ? parity_of(static_cast<std::uint32_t>(a) & sweep.sign) : 0;
      TangentPair<D> psi = load(tile.psi, tile.psi_dot, a, b), lambda = load(tile.lambda, tile.lambda_dot, a, b);
      if constexpr (shape.has_phase) {
        phase_sum = add_phase_overlap(lambda.value.b, psi.value.b, phase_sum);
        phase_dot = add_phase_overlap(lambda.dot.b, psi.value.b, phase_dot);
        phase_dot = add_phase_overlap(lambda.value.b, psi.dot.b, phase_dot);
        undo_phase(psi, phase);
        undo_phase(lambda, phase);
      }
      V overlap = add_rotation_overlap<shape.kind>(lambda.value, psi.value, hn::Zero(d));
      V overlap_dot = add_rotation_overlap<shape.kind>(lambda.dot, psi.value, hn::Zero(d));
      overlap_dot = add_rotation_overlap<shape.kind>(lambda.value, psi.dot, overlap_dot);
      rotation_sum = hn::MulAdd(sign(odd), overlap, rotation_sum);
      rotation_dot = hn::MulAdd(sign(odd), overlap_dot, rotation_dot);
      undo_rotation<shape>(psi, angle.cosine, undo(odd), rate(odd));
      undo_rotation<shape>(lambda, angle.cosine, undo(odd), rate(odd));
      store<shape>(psi, tile.psi, tile.psi_dot, a, b);
      store<shape>(lambda, tile.lambda, tile.lambda_dot, a, b);
    }
    write(rotation_sum, rotation_dot, sweep.rotation_slot);
    if constexpr (shape.has_phase)
      write(hn::Add(phase_sum, phase_sum), hn::Add(phase_dot, phase_dot), sweep.phase_slot);
  }

  HWY_NOINLINE void phase(const Sweep& sweep) const {
    const D d;
    const PairRows rows(sweep);
    const Coefficients<D> angle =
        undoing(load_coefficients(d, tile, tile.backward_coefficients, sweep.phase_slot, column));
    V sum = hn::Zero(d), dot = hn::Zero(d);
    for (std::size_t pair = 0; pair < rows.count(); ++pair) {
      const std::size_t row = rows.first(pair) ^ (std::size_t{1} << sweep.pivot);
      const Amplitude<D> psi = load_row(d, tile.psi, row), psi_dot = load_row(d, tile.psi_dot, row);
      const Amplitude<D> lambda = load_row(d, tile.lambda, row), lambda_dot = load_row(d, tile.lambda_dot, row);
      sum = add_phase_overlap(lambda, psi, sum);
      dot = add_phase_overlap(lambda, psi_dot, add_phase_overlap(lambda_dot, psi, dot));
      undo_row(psi, psi_dot, angle, tile.psi, tile.psi_dot, row);
      undo_row(lambda, lambda_dot, angle, tile.lambda, tile.lambda_dot, row);
    }
    write(hn::Add(sum, sum), hn::Add(dot, dot), sweep.phase_slot);
  }

 private:
  static HWY_INLINE Coefficients<D> undoing(const Coefficients<D>& angle) {
    return {angle.cosine, hn::Neg(angle.sine), hn::Neg(angle.rate)};
  }

  static HWY_INLINE TangentPair<D> load(const T* state, const T* state_dot, std::size_t a, std::size_t b) {
    const D d;
    return {{load_row(d, state, a), load_row(d, state, b)}, {load_row(d, state_dot, a), load_row(d, state_dot, b)}};
  }

  template <SweepShape shape>
  static HWY_INLINE void store(const TangentPair<D>& pair, T* state, T* state_dot, std::size_t a, std::size_t b) {
    const D d;
    store_row(d, pair.value.a, state, a);
    store_row(d, pair.dot.a, state_dot, a);
    if constexpr (!shape.grows) {
      store_row(d, pair.value.b, state, b);
      store_row(d, pair.dot.b, state_dot, b);
    }
  }

  static HWY_INLINE void undo_phase(TangentPair<D>& pair, const Coefficients<D>& undo) {
    pair.value.b = turn(pair.value.b, undo.cosine, undo.sine);
    pair.dot.b = add_turned(turn(pair.dot.b, undo.cosine, undo.sine), pair.value.b, undo.rate);
  }

  template <SweepShape shape>
  static HWY_INLINE void undo_rotation(TangentPair<D>& pair, V cosine, V undo, V rate) {
    pair.value = rotate<shape.kind, shape.scaled>(pair.value, cosine, undo);
    pair.dot = add_generated<shape.kind>(rotate<shape.kind, shape.scaled>(pair.dot, cosine, undo), pair.value, rate);
  }

  static HWY_INLINE void undo_row(const Amplitude<D>& value, const Amplitude<D>& dot, const Coefficients<D>& undo,
                                  T* state, T* state_dot, std::size_t row) {
    const D d;
    const Amplitude<D> before = turn(value, undo.cosine, undo.sine);
    store_row(d, before, state, row);
    store_row(d, add_turned(turn(dot, undo.cosine, undo.sine), before, undo.rate), state_dot, row);
  }

  HWY_INLINE void write(V value, V dot, std::uint32_t slot) const {
    const D d;
    hn::Store(value, d, tile.gradient + slot * tile_width<T> + column);
    hn::Store(dot, d, tile.gradient_dot + slot * tile_width<T> + column);
  }
};

/// From the final psi and psi_dot: gradients of all slots and their derivatives. Leaves all four states spent.
template <class T>
HWY_INLINE void differentiate(const BackwardTangentPass<T>& pass) {
  const SampleTag<T> d;
  const Tile<T>& tile = pass.tile;
  clear(d, tile.lambda, tile.program->rows());
  clear(d, tile.lambda_dot, tile.program->rows());
  add_observables(d, tile, pass.column, tile.upstream, tile.psi, tile.lambda);
  add_observables(d, tile, pass.column, tile.upstream_dot, tile.psi, tile.lambda_dot);
  add_observables(d, tile, pass.column, tile.upstream, tile.psi_dot, tile.lambda_dot);
  const std::vector<Sweep>& sweeps = tile.program->sweeps;
  for (std::size_t left = sweeps.size(); left > 0; --left) run_sweep(pass, sweeps[left - 1]);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
