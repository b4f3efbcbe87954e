// Sweeps applied to psi in order. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_FORWARD_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_FORWARD_PASS_INL_H
#undef TACIT_QUANTUM_SIM_FORWARD_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_FORWARD_PASS_INL_H
#endif

#include "quantum_sim/sweep_shape-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class T>
struct ForwardPass {
  using D = SampleTag<T>;
  const Tile<T>& tile;
  std::size_t column;

  template <SweepShape shape>
  HWY_NOINLINE void rotation(const Sweep& sweep) const {
    const D d;
    const PairRows rows(sweep);
    const Coefficients<D> angle = load_coefficients(d, tile, tile.forward_coefficients, sweep.rotation_slot, column);
    const Signed<shape.has_sign, hn::Vec<D>> sine(angle.sine);
    Coefficients<D> phase{};
    if constexpr (shape.has_phase)
      phase = load_coefficients(d, tile, tile.forward_coefficients, sweep.phase_slot, column);
    T* const psi = tile.psi;
    for (std::size_t pair = 0; pair < rows.count(); ++pair) {
      const std::size_t a = rows.first(pair), b = a ^ sweep.flip;
      const std::size_t odd = shape.has_sign ? parity_of(static_cast<std::uint32_t>(a) & sweep.sign) : 0;
      Pair<D> amplitudes{load_row(d, psi, a), shape.grows ? zero_amplitude(d) : load_row(d, psi, b)};
      amplitudes = rotate<shape.kind, shape.scaled>(amplitudes, angle.cosine, sine(odd));
      if constexpr (shape.has_phase) amplitudes.b = turn(amplitudes.b, phase.cosine, phase.sine);
      store_row(d, amplitudes.a, psi, a);
      store_row(d, amplitudes.b, psi, b);
    }
  }

  HWY_NOINLINE void phase(const Sweep& sweep) const {
    const D d;
    const PairRows rows(sweep);
    const Coefficients<D> angle = load_coefficients(d, tile, tile.forward_coefficients, sweep.phase_slot, column);
    for (std::size_t pair = 0; pair < rows.count(); ++pair) {
      const std::size_t row = rows.first(pair) ^ (std::size_t{1} << sweep.pivot);
      store_row(d, turn(load_row(d, tile.psi, row), angle.cosine, angle.sine), tile.psi, row);
    }
  }
};

/// psi = U |0...0> for the columns of this pass.
template <class T>
HWY_INLINE void evolve(const ForwardPass<T>& pass) {
  start(SampleTag<T>(), pass.tile.psi, T{1});
  for (const Sweep& sweep : pass.tile.program->sweeps) run_sweep(pass, sweep);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
