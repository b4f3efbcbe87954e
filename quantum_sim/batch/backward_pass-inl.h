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

#include "quantum_sim/batch/gradient_tables-inl.h"
#include "quantum_sim/batch/group-inl.h"
#include "quantum_sim/batch/observable-inl.h"
#include "quantum_sim/batch/start-inl.h"
#include "quantum_sim/batch/visits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class T>
struct BackwardPass {
  using D = SampleTag<T>;
  using V = hn::Vec<D>;
  static constexpr std::size_t most_levels = 3;
  const Tile<T>& tile;
  std::size_t column;

  template <Sweep::Kind kind, std::size_t levels>
  HWY_NOINLINE void rotations(const Visit& visit, std::uint32_t block) const {
    if (all_scaled<levels>(tile, visit))
      undo_groups<kind, levels, true>(visit, block);
    else
      undo_groups<kind, levels, false>(visit, block);
  }

  template <SweepShape shape>
  HWY_NOINLINE void rotation(const Visit& visit, std::uint32_t block) const {
    const D d;
    const Sweep& sweep = tile.program->sweeps[visit.first_sweep];
    const Coefficients<D> angle = load(sweep.rotation_slot);
    const Signed<V> undo(hn::Neg(angle.sine)), sign(hn::Set(d, T{1}));
    Coefficients<D> phase{};
    if constexpr (shape.has_phase) {
      phase = load(sweep.phase_slot);
      phase.sine = hn::Neg(phase.sine);
    }
    V rotation_sum = hn::Zero(d), phase_sum = hn::Zero(d);
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const std::size_t a = walk.row(), b = a ^ sweep.flip;
      const std::size_t odd = parity_of(walk.row() & sweep.sign);
      Pair<D> psi{load_row(d, tile.psi, a), load_row(d, tile.psi, b)};
      Pair<D> lambda{load_row(d, tile.lambda, a), load_row(d, tile.lambda, b)};
      if constexpr (shape.has_phase) {
        phase_sum = hn::Add(phase_overlap(lambda.b, psi.b), phase_sum);
        psi.b = turn(psi.b, phase.cosine, phase.sine);
        lambda.b = turn(lambda.b, phase.cosine, phase.sine);
      }
      rotation_sum = hn::MulAdd(sign(odd), rotation_overlap<shape.kind>(lambda, psi), rotation_sum);
      psi = rotate<shape.kind, shape.scaled>(psi, angle.cosine, undo(odd));
      lambda = rotate<shape.kind, shape.scaled>(lambda, angle.cosine, undo(odd));
      store_row(d, psi.a, tile.psi, a);
      store_row(d, lambda.a, tile.lambda, a);
      if constexpr (!shape.grows) {
        store_row(d, psi.b, tile.psi, b);
        store_row(d, lambda.b, tile.lambda, b);
      }
    } while (walk.next());
    add(rotation_sum, sweep.rotation_slot);
    if constexpr (shape.has_phase) add(hn::Add(phase_sum, phase_sum), sweep.phase_slot);
  }

  HWY_NOINLINE void phase(const Visit& visit, std::uint32_t block) const {
    const D d;
    const std::uint32_t slot = tile.program->sweeps[visit.first_sweep].phase_slot;
    const Coefficients<D> angle = load(slot);
    const V undo = hn::Neg(angle.sine);
    V sum = hn::Zero(d);
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const std::size_t row = walk.row() ^ visit.flips[0];
      const Amplitude<D> psi = load_row(d, tile.psi, row), lambda = load_row(d, tile.lambda, row);
      sum = hn::Add(phase_overlap(lambda, psi), sum);
      store_row(d, turn(psi, angle.cosine, undo), tile.psi, row);
      store_row(d, turn(lambda, angle.cosine, undo), tile.lambda, row);
    } while (walk.next());
    add(hn::Add(sum, sum), slot);
  }

  HWY_NOINLINE void diagonal(const Visit& visit, std::uint32_t block) const {
    const T* const factors = factors_of(tile, visit);
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const GroupRows<0> at(visit, walk.row());
      const std::size_t row = at.rows[0];
      Amplitude<D> psi = load_row(D(), tile.psi, row);
      store_row(D(), undo_diagonal(psi, load_row(D(), tile.lambda, row), factors, row), tile.lambda, row);
      store_row(D(), psi, tile.psi, row);
    } while (walk.next());
  }

 private:
  HWY_INLINE Coefficients<D> load(std::uint32_t slot) const {
    return load_coefficients(D(), tile, tile.backward_coefficients, slot, column);
  }

  HWY_INLINE void add(V value, std::uint32_t slot) const { add_to_gradient(D(), value, tile.gradient, slot, column); }

  // Returns lambda.
  HWY_INLINE Amplitude<D> undo_diagonal(Amplitude<D>& psi, const Amplitude<D>& lambda, const T* factors,
                                        std::size_t row) const {
    const D d;
    hn::Store(phase_overlap(lambda, psi), d, tile.overlaps + row * hn::Lanes(d));
    const V cosine = hn::Set(d, factors[2 * row]), sine = hn::Set(d, factors[2 * row + 1]);
    psi = turn_back(psi, cosine, sine);
    return turn_back(lambda, cosine, sine);
  }

  // The rotations of a visit commute, so all their gradients can be taken before any is undone. Where psi and lambda do
  // not fit into the registers together, lambda is meanwhile read from memory.
  template <Sweep::Kind kind, std::size_t levels, bool scaled>
  HWY_INLINE void undo_groups(const Visit& visit, std::uint32_t block) const {
    constexpr bool both_fit = levels < 3;
    const D d;
    const Sweep* const sweeps = tile.program->sweeps.data() + visit.first_sweep;
    V cosines[levels], undo[levels][2], sums[levels];
    const Signed<V> sign(hn::Set(d, T{1}));
    unroll<levels>([&](auto level) TACIT_UNROLLED {
      const Coefficients<D> angle = load(sweeps[level].rotation_slot);
      cosines[level] = angle.cosine;
      undo[level][0] = hn::Neg(angle.sine);
      undo[level][1] = angle.sine;
      sums[level] = hn::Zero(d);
    });
    const T* const factors = factors_of(tile, visit);
    T *const psi_state = tile.psi, *const lambda_state = tile.lambda;
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const GroupRows<levels> at(visit, walk.row());
      std::size_t odd[levels];
      Group<D, levels> psi, lambda;
      psi.load(psi_state, at);
      if constexpr (both_fit) lambda.load(lambda_state, at);
      if (factors)
        unroll<Group<D, levels>::size>([&](auto member) TACIT_UNROLLED {
          const std::size_t row = at.rows[member];
          if constexpr (both_fit)
            lambda.of[member] = undo_diagonal(psi.of[member], lambda.of[member], factors, row);
          else
            store_row(d, undo_diagonal(psi.of[member], load_row(d, lambda_state, row), factors, row), lambda_state,
                      row);
        });
      V overlaps[levels];
      if constexpr (both_fit) {
        unroll<levels>([&](auto level) TACIT_UNROLLED { overlaps[level] = level_overlap<kind, level>(lambda, psi); });
      } else {
        unroll<levels>([&](auto level) TACIT_UNROLLED { overlaps[level] = hn::Zero(d); });
        unroll<Group<D, levels>::size>([&](auto member) TACIT_UNROLLED {
          add_member_overlaps<kind, member>(load_row(d, lambda_state, at.rows[member]), psi, overlaps);
        });
        read_again();
      }
      unroll<levels>([&](auto level) TACIT_UNROLLED {
        odd[level] = sign_parity<kind>(visit, level, walk);
        sums[level] = add_signed<kind>(sums[level], overlaps[level], sign, odd[level]);
      });
      unroll<levels>([&](auto level) TACIT_UNROLLED {
        psi.template rotate_level<kind, scaled, level>(cosines[level], undo[level][odd[level]]);
      });
      psi.store(psi_state, at);
      if constexpr (!both_fit) lambda.load(lambda_state, at);
      unroll<levels>([&](auto level) TACIT_UNROLLED {
        lambda.template rotate_level<kind, scaled, level>(cosines[level], undo[level][odd[level]]);
      });
      lambda.store(lambda_state, at);
    } while (walk.next());
    // As if the sweeps had been undone one by one.
    V grown = hn::Set(d, T{1});
    unroll<levels>([&](auto reversed) TACIT_UNROLLED {
      constexpr std::size_t level = levels - 1 - reversed;
      add(hn::Mul(grown, sums[level]), sweeps[level].rotation_slot);
      grown = hn::Mul(grown, growth(cosines[level], undo[level][0]));
    });
  }
};

/// From the final psi: gradients of all slots for the columns of this pass. Leaves psi and lambda spent.
template <class T>
HWY_INLINE void differentiate(const BackwardPass<T>& pass) {
  const SampleTag<T> d;
  const Tile<T>& tile = pass.tile;
  const VisitPlan& plan = *tile.backward_plan;
  clear_gradient(d, tile, tile.gradient, pass.column);
  clear(d, tile.lambda, tile.program->rows());
  add_observables(d, tile, pass.column, tile.upstream, tile.psi, tile.lambda);
  for (auto stage = plan.stages.rbegin(); stage != plan.stages.rend(); ++stage) {
    run_stage<true>(pass, plan, *stage);
    sum_overlaps(d, tile, *stage, tile.overlaps, tile.diagonal_sums);
  }
  write_start_gradient(d, tile, pass.column, tile.lambda, tile.start_gradient);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
