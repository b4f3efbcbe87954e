// Sweeps applied to psi in order. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_FORWARD_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_FORWARD_PASS_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_FORWARD_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_FORWARD_PASS_INL_H
#endif

#include "quantum_sim/batch/joint_sweeps-inl.h"
#include "quantum_sim/batch/sweep_shape-inl.h"

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

  template <JointShape shape>
  HWY_NOINLINE void joint(const Sweep& one, const Sweep& two) const {
    const D d;
    const JointRows rows(one, two);
    const Turn first = load_turn<shape.has_phase>(one), second = load_turn<shape.has_phase>(two);
    T* const psi = tile.psi;
    for (std::size_t group = 0; group < rows.count(); ++group) {
      const std::size_t row = rows.first(group);
      const std::size_t row_one = row ^ one.flip, row_two = row ^ two.flip, row_both = row_one ^ two.flip;
      Pair<D> near{load_row(d, psi, row), load_row(d, psi, row_one)};
      Pair<D> far{load_row(d, psi, row_two), load_row(d, psi, row_both)};
      apply<shape>(near, first);
      apply<shape>(far, first);
      Pair<D> even{near.a, far.a}, odd{near.b, far.b};
      apply<shape>(even, second);
      apply<shape>(odd, second);
      store_row(d, even.a, psi, row);
      store_row(d, even.b, psi, row_two);
      store_row(d, odd.a, psi, row_one);
      store_row(d, odd.b, psi, row_both);
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

 private:
  // Coefficients of a scaled rotation and its phase.
  struct Turn {
    hn::Vec<D> tangent, cosine, sine;
  };

  template <bool has_phase>
  HWY_INLINE Turn load_turn(const Sweep& sweep) const {
    const D d;
    const auto tangent = load_coefficients(d, tile, tile.forward_coefficients, sweep.rotation_slot, column).sine;
    if constexpr (!has_phase) return {tangent, tangent, tangent};
    const Coefficients<D> phase = load_coefficients(d, tile, tile.forward_coefficients, sweep.phase_slot, column);
    return {tangent, phase.cosine, phase.sine};
  }

  template <JointShape shape>
  static HWY_INLINE void apply(Pair<D>& pair, const Turn& by) {
    pair = rotate<shape.kind, true>(pair, by.tangent, by.tangent);
    if constexpr (shape.has_phase) pair.b = turn(pair.b, by.cosine, by.sine);
  }
};

/// psi = U |0...0> for the columns of this pass.
template <class T>
HWY_INLINE void evolve(const ForwardPass<T>& pass) {
  start(SampleTag<T>(), pass.tile.psi, T{1});
  run_sweeps(pass);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
