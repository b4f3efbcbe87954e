// Sweeps applied to psi in order. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_FORWARD_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_FORWARD_PASS_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_FORWARD_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_FORWARD_PASS_INL_H
#endif

#include "quantum_sim/batch/group-inl.h"
#include "quantum_sim/batch/start-inl.h"
#include "quantum_sim/batch/visits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class T>
struct ForwardPass {
  using D = SampleTag<T>;
  using V = hn::Vec<D>;
  static constexpr bool goes_back = false;
  static constexpr std::size_t most_levels = 3;
  const Tile<T>& tile;
  std::size_t column;

  template <Sweep::Kind kind, std::size_t levels>
  HWY_NOINLINE void rotations(const Visit& visit, std::uint32_t block) const {
    if (all_scaled<levels>(tile, visit))
      rotate_groups<kind, levels, true>(visit, block);
    else
      rotate_groups<kind, levels, false>(visit, block);
  }

  template <SweepShape shape>
  HWY_NOINLINE void rotation(const Visit& visit, std::uint32_t block) const {
    const D d;
    const Sweep& sweep = tile.program->sweeps[visit.first_sweep];
    const Coefficients<D> angle = load(sweep.rotation_slot);
    const Signed<V> sine(angle.sine);
    Coefficients<D> phase{};
    if constexpr (shape.has_phase) phase = load(sweep.phase_slot);
    T* const psi = tile.psi_at(visit.target);
    GroupWalk walk(*tile.forward_plan, visit, block);
    do {
      const std::size_t a = walk.row(), b = a ^ sweep.flip;
      Pair<D> amplitudes{load_row(d, psi, a), shape.grows ? zero_amplitude(d) : load_row(d, psi, b)};
      amplitudes = rotate<shape.kind, shape.scaled>(amplitudes, angle.cosine, sine(parity_of(walk.row() & sweep.sign)));
      if constexpr (shape.has_phase) amplitudes.b = turn(amplitudes.b, phase.cosine, phase.sine);
      store_row(d, amplitudes.a, psi, a);
      store_row(d, amplitudes.b, psi, b);
    } while (walk.next());
  }

  HWY_NOINLINE void phase(const Visit& visit, std::uint32_t block) const {
    const D d;
    const Coefficients<D> angle = load(tile.program->sweeps[visit.first_sweep].phase_slot);
    T* const psi = tile.psi_at(visit.target);
    GroupWalk walk(*tile.forward_plan, visit, block);
    do {
      const std::size_t row = walk.row() ^ visit.flips[0];
      store_row(d, turn(load_row(d, psi, row), angle.cosine, angle.sine), psi, row);
    } while (walk.next());
  }

  HWY_NOINLINE void diagonal(const Visit& visit, std::uint32_t block) const {
    const D d;
    const T *const factors = factors_of(tile, visit), *const source = tile.psi_at(visit.source);
    T* const target = tile.psi_at(visit.target);
    GroupWalk walk(*tile.forward_plan, visit, block);
    do {
      const std::size_t row = walk.row();
      store_row(d, turned(load_row(d, source, row), factors, row), target, row);
    } while (walk.next());
  }

 private:
  HWY_INLINE Coefficients<D> load(std::uint32_t slot) const {
    return load_coefficients(D(), tile, tile.forward_coefficients, slot, column);
  }

  static HWY_INLINE Amplitude<D> turned(const Amplitude<D>& in, const T* factors, std::size_t row) {
    return turn(in, hn::Set(D(), factors[2 * row]), hn::Set(D(), factors[2 * row + 1]));
  }

  template <Sweep::Kind kind, std::size_t levels, bool scaled>
  HWY_INLINE void rotate_groups(const Visit& visit, std::uint32_t block) const {
    V cosines[levels], sines[levels][2];
    unroll<levels>([&](auto level) TACIT_UNROLLED {
      const Coefficients<D> angle = load(tile.program->sweeps[visit.first_sweep + level].rotation_slot);
      cosines[level] = angle.cosine;
      sines[level][0] = angle.sine;
      sines[level][1] = hn::Neg(angle.sine);
    });
    const T *const factors = factors_of(tile, visit), *const source = tile.psi_at(visit.source);
    T* const target = tile.psi_at(visit.target);
    GroupWalk walk(*tile.forward_plan, visit, block);
    do {
      const GroupRows<levels> at(visit, walk.row());
      Group<D, levels> psi;
      psi.load(source, at);
      if (factors)
        unroll<psi.size>([&](auto member)
                             TACIT_UNROLLED { psi.of[member] = turned(psi.of[member], factors, at.rows[member]); });
      unroll<levels>([&](auto level) TACIT_UNROLLED {
        const std::size_t odd = sign_parity<kind>(visit, level, walk);
        psi.template rotate_level<kind, scaled, level>(cosines[level], sines[level][odd]);
      });
      psi.store(target, at);
    } while (walk.next());
  }
};

/// psi = U |start> for the columns of this pass, and what the plan keeps on the way.
template <class T>
HWY_INLINE void evolve(const ForwardPass<T>& pass) {
  start(SampleTag<T>(), pass.tile, pass.column, pass.tile.start, T{1}, pass.tile.psi);
  for (const Stage& stage : pass.tile.forward_plan->stages) run_stage<false>(pass, *pass.tile.forward_plan, stage);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
