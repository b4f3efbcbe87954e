// Sweeps applied to psi and its derivative psi_dot. Compiled once for each instruction set.
//
// U(angle) = exp(-i angle P / 2): psi' = U psi, psi_dot' = U psi_dot + (angle_dot / 2) (-i P) psi'.
#if defined(TACIT_QUANTUM_SIM_BATCH_FORWARD_TANGENT_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_FORWARD_TANGENT_PASS_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_FORWARD_TANGENT_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_FORWARD_TANGENT_PASS_INL_H
#endif

#include "quantum_sim/batch/sweep_shape-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class T>
struct ForwardTangentPass {
  using D = SampleTag<T>;
  const Tile<T>& tile;
  std::size_t column;

  template <SweepShape shape>
  HWY_NOINLINE void rotation(const Sweep& sweep) const {
    const D d;
    const PairRows rows(sweep);
    const Coefficients<D> angle = load_coefficients(d, tile, tile.forward_coefficients, sweep.rotation_slot, column);
    const Signed<shape.has_sign, hn::Vec<D>> sine(angle.sine), rate(angle.rate);
    Coefficients<D> phase{};
    if constexpr (shape.has_phase)
      phase = load_coefficients(d, tile, tile.forward_coefficients, sweep.phase_slot, column);
    T *const psi = tile.psi, *const psi_dot = tile.psi_dot;
    for (std::size_t pair = 0; pair < rows.count(); ++pair) {
      const std::size_t a = rows.first(pair), b = a ^ sweep.flip;
      const std::size_t odd = shape.has_sign ? parity_of(static_cast<std::uint32_t>(a) & sweep.sign) : 0;
      Pair<D> value{load_row(d, psi, a), shape.grows ? zero_amplitude(d) : load_row(d, psi, b)};
      Pair<D> dot{load_row(d, psi_dot, a), shape.grows ? zero_amplitude(d) : load_row(d, psi_dot, b)};
      value = rotate<shape.kind, shape.scaled>(value, angle.cosine, sine(odd));
      dot = add_generated<shape.kind>(rotate<shape.kind, shape.scaled>(dot, angle.cosine, sine(odd)), value, rate(odd));
      if constexpr (shape.has_phase) {
        value.b = turn(value.b, phase.cosine, phase.sine);
        dot.b = add_turned(turn(dot.b, phase.cosine, phase.sine), value.b, phase.rate);
      }
      store_row(d, value.a, psi, a);
      store_row(d, value.b, psi, b);
      store_row(d, dot.a, psi_dot, a);
      store_row(d, dot.b, psi_dot, b);
    }
  }

  HWY_NOINLINE void phase(const Sweep& sweep) const {
    const D d;
    const PairRows rows(sweep);
    const Coefficients<D> angle = load_coefficients(d, tile, tile.forward_coefficients, sweep.phase_slot, column);
    for (std::size_t pair = 0; pair < rows.count(); ++pair) {
      const std::size_t row = rows.first(pair) ^ (std::size_t{1} << sweep.pivot);
      const Amplitude<D> value = turn(load_row(d, tile.psi, row), angle.cosine, angle.sine);
      const Amplitude<D> dot = turn(load_row(d, tile.psi_dot, row), angle.cosine, angle.sine);
      store_row(d, value, tile.psi, row);
      store_row(d, add_turned(dot, value, angle.rate), tile.psi_dot, row);
    }
  }
};

/// psi = U |0...0> and psi_dot, its derivative along the direction.
template <class T>
HWY_INLINE void evolve(const ForwardTangentPass<T>& pass) {
  start(SampleTag<T>(), pass.tile.psi, T{1});
  start(SampleTag<T>(), pass.tile.psi_dot, T{0});
  for (const Sweep& sweep : pass.tile.program->sweeps) run_sweep(pass, sweep);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
