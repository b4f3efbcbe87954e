// Sweeps applied to psi and its derivative psi_dot. Compiled once for each instruction set.
//
// U(angle) = exp(-i angle P / 2): psi' = U psi, psi_dot' = U psi_dot + (angle_dot / 2) (-i P) psi'.
#if defined(TACIT_QUANTUM_SIM_BATCH_FORWARD_TANGENT_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_FORWARD_TANGENT_PASS_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_FORWARD_TANGENT_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_FORWARD_TANGENT_PASS_INL_H
#endif

#include "quantum_sim/batch/start-inl.h"
#include "quantum_sim/batch/tangent_group-inl.h"
#include "quantum_sim/batch/visits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class T>
struct ForwardTangentPass {
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
    const Signed<V> sine(angle.sine), rate(angle.rate);
    Coefficients<D> phase{};
    if constexpr (shape.has_phase) phase = load(sweep.phase_slot);
    T *const psi = tile.psi_at(visit.target), *const psi_dot = tile.psi_dot_at(visit.target);
    GroupWalk walk(*tile.forward_plan, visit, block);
    do {
      const std::size_t a = walk.row(), b = a ^ sweep.flip;
      const std::size_t odd = parity_of(walk.row() & sweep.sign);
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
    } while (walk.next());
  }

  HWY_NOINLINE void phase(const Visit& visit, std::uint32_t block) const {
    const D d;
    const Coefficients<D> angle = load(tile.program->sweeps[visit.first_sweep].phase_slot);
    T *const psi = tile.psi_at(visit.target), *const psi_dot = tile.psi_dot_at(visit.target);
    GroupWalk walk(*tile.forward_plan, visit, block);
    do {
      const std::size_t row = walk.row() ^ visit.flips[0];
      const Amplitude<D> value = turn(load_row(d, psi, row), angle.cosine, angle.sine);
      const Amplitude<D> dot = turn(load_row(d, psi_dot, row), angle.cosine, angle.sine);
      store_row(d, value, psi, row);
      store_row(d, add_turned(dot, value, angle.rate), psi_dot, row);
    } while (walk.next());
  }

  HWY_NOINLINE void diagonal(const Visit& visit, std::uint32_t block) const {
    GroupWalk walk(*tile.forward_plan, visit, block);
    do {
      const GroupRows<0> at(visit, walk.row());
      Group<D, 0> value, dot;
      value.load(tile.psi_at(visit.source), at);
      dot.load(tile.psi_dot_at(visit.source), at);
      turn_group(value, dot, factors_of(tile, visit), rates_of(tile, visit), at);
      value.store(tile.psi_at(visit.target), at);
      dot.store(tile.psi_dot_at(visit.target), at);
    } while (walk.next());
  }

 private:
  HWY_INLINE Coefficients<D> load(std::uint32_t slot) const {
    return load_coefficients(D(), tile, tile.forward_coefficients, slot, column);
  }

  template <std::size_t levels>
  static HWY_INLINE void turn_group(Group<D, levels>& value, Group<D, levels>& dot, const T* factors, const T* rates,
                                    const GroupRows<levels>& at) {
    const D d;
    unroll<Group<D, levels>::size>([&](auto member) TACIT_UNROLLED {
      const std::size_t row = at.rows[member];
      const V cosine = hn::Set(d, factors[2 * row]), sine = hn::Set(d, factors[2 * row + 1]);
      value.of[member] = turn(value.of[member], cosine, sine);
      dot.of[member] = add_turned(turn(dot.of[member], cosine, sine), value.of[member], hn::Set(d, rates[row]));
    });
  }

  template <Sweep::Kind kind, std::size_t levels, bool scaled>
  HWY_INLINE void rotate_groups(const Visit& visit, std::uint32_t block) const {
    TangentCoefficients<D, levels> angles;
    unroll<levels>([&](auto level) TACIT_UNROLLED {
      angles.set(level, load(tile.program->sweeps[visit.first_sweep + level].rotation_slot));
    });
    const T *const factors = factors_of(tile, visit), *const diagonal_rates = rates_of(tile, visit);
    const T *const source = tile.psi_at(visit.source), *const source_dot = tile.psi_dot_at(visit.source);
    T *const target = tile.psi_at(visit.target), *const target_dot = tile.psi_dot_at(visit.target);
    GroupWalk walk(*tile.forward_plan, visit, block);
    do {
      const GroupRows<levels> at(visit, walk.row());
      std::size_t odd[levels + 1];
      find_signs<kind, levels>(visit, walk, odd);
      if constexpr (levels > most_levels_of_whole_groups) {
        unroll<2>([&](auto half) TACIT_UNROLLED {
          TangentHalf<D, kind, half, levels> psi;
          psi.load(source, source_dot, at);
          angles.template rotate<kind, scaled>(psi, odd);
          psi.store(target, target_dot, at);
        });
      } else {
        TangentGroup<D, levels> psi;
        psi.load(source, source_dot, at);
        if (factors) turn_group(psi.value, psi.dot, factors, diagonal_rates, at);
        angles.template rotate<kind, scaled>(psi, odd);
        psi.store(target, target_dot, at);
      }
    } while (walk.next());
  }
};

/// psi = U |start> and psi_dot, its derivative along the direction.
template <class T>
HWY_INLINE void evolve(const ForwardTangentPass<T>& pass) {
  start(SampleTag<T>(), pass.tile, pass.column, pass.tile.start, T{1}, pass.tile.psi);
  start(SampleTag<T>(), pass.tile, pass.column, pass.tile.start_dot, T{0}, pass.tile.psi_dot);
  for (const Stage& stage : pass.tile.forward_plan->stages) run_stage<false>(pass, *pass.tile.forward_plan, stage);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
