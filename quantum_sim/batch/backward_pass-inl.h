// Sweeps undone on psi and lambda, last first, each after its gradient terms. Compiled once for each instruction set.
//
// With E = <psi| O |psi> and lambda = O psi carried back, dE/d(angle) = Re <lambda| -i P |psi> for exp(-i angle P / 2)
// and 2 Re <lambda| i |psi> over the turned rows for a phase. Before a sweep that grows the state, psi has no rows
// beyond the old ones, so lambda is wanted only there.
//
// Where the state behind a layer of commuting rotations was kept, psi is read from there instead of being undone.
#if defined(TACIT_QUANTUM_SIM_BATCH_BACKWARD_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_BACKWARD_PASS_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_BACKWARD_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_BACKWARD_PASS_INL_H
#endif

#include "quantum_sim/batch/gradient_tables-inl.h"
#include "quantum_sim/batch/half_group-inl.h"
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
  static constexpr bool goes_back = true;
  static constexpr std::size_t most_levels = 3, most_gradient_levels = 4;
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
    T* const psi_state = tile.psi_at(visit.target);
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const std::size_t a = walk.row(), b = a ^ sweep.flip;
      const std::size_t odd = parity_of(walk.row() & sweep.sign);
      Pair<D> psi{load_row(d, psi_state, a), load_row(d, psi_state, b)};
      Pair<D> lambda{load_row(d, tile.lambda, a), load_row(d, tile.lambda, b)};
      if constexpr (shape.has_phase) {
        phase_sum = hn::Add(phase_overlap(lambda.b, psi.b), phase_sum);
        psi.b = turn(psi.b, phase.cosine, phase.sine);
        lambda.b = turn(lambda.b, phase.cosine, phase.sine);
      }
      rotation_sum = hn::MulAdd(sign(odd), rotation_overlap<shape.kind>(lambda, psi), rotation_sum);
      psi = rotate<shape.kind, shape.scaled>(psi, angle.cosine, undo(odd));
      lambda = rotate<shape.kind, shape.scaled>(lambda, angle.cosine, undo(odd));
      store_row(d, psi.a, psi_state, a);
      store_row(d, lambda.a, tile.lambda, a);
      if constexpr (!shape.grows) {
        store_row(d, psi.b, psi_state, b);
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
    T* const psi_state = tile.psi_at(visit.target);
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const std::size_t row = walk.row() ^ visit.flips[0];
      const Amplitude<D> psi = load_row(d, psi_state, row), lambda = load_row(d, tile.lambda, row);
      sum = hn::Add(phase_overlap(lambda, psi), sum);
      store_row(d, turn(psi, angle.cosine, undo), psi_state, row);
      store_row(d, turn(lambda, angle.cosine, undo), tile.lambda, row);
    } while (walk.next());
    add(hn::Add(sum, sum), slot);
  }

  HWY_NOINLINE void diagonal(const Visit& visit, std::uint32_t block) const {
    const T* const factors = factors_of(tile, visit);
    T* const psi_state = tile.psi_at(visit.target);
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const std::size_t row = walk.row();
      undo_diagonal_on_both(psi_state, load_row(D(), tile.lambda, row), factors, row);
    } while (walk.next());
  }

  /// Of a layer whose state is kept: all overlaps with it are taken before lambda moves.
  template <Sweep::Kind kind, std::size_t levels>
  HWY_NOINLINE void gradients(const Visit& visit, std::uint32_t block) const {
    const D d;
    const T *const psi_state = tile.psi_at(visit.source), *const lambda_state = tile.lambda;
    const Signed<V> sign(hn::Set(d, T{1}));
    V sums[levels];
    unroll<levels>([&](auto level) TACIT_UNROLLED { sums[level] = hn::Zero(d); });
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const GroupRows<levels> at(visit, walk.row());
      V overlaps[levels];
      half_overlaps<kind, 0>(lambda_state, psi_state, at, overlaps);
      V others[levels];
      half_overlaps<kind, 1>(lambda_state, psi_state, at, others);
      unroll<levels>([&](auto level) TACIT_UNROLLED {
        sums[level] = add_signed<kind>(sums[level], hn::Add(overlaps[level], others[level]), sign,
                                       sign_parity<kind>(visit, level, walk));
      });
    } while (walk.next());
    const Sweep* const sweeps = tile.program->sweeps.data() + visit.first_sweep;
    unroll<levels>([&](auto level) TACIT_UNROLLED { add(sums[level], sweeps[level].rotation_slot); });
  }

  /// Of a layer whose state is kept.
  template <Sweep::Kind kind, std::size_t levels>
  HWY_NOINLINE void undo_lambda(const Visit& visit, std::uint32_t block) const {
    if (all_scaled<levels>(tile, visit))
      undo_groups_of_lambda<kind, levels, true>(visit, block);
    else
      undo_groups_of_lambda<kind, levels, false>(visit, block);
  }

 private:
  HWY_INLINE Coefficients<D> load(std::uint32_t slot) const {
    return load_coefficients(D(), tile, tile.backward_coefficients, slot, column);
  }

  HWY_INLINE void add(V value, std::uint32_t slot) const { add_to_gradient(D(), value, tile.gradient, slot, column); }

  // Takes the gradient of a diagonal on one row and returns lambda from before it.
  HWY_INLINE Amplitude<D> undo_diagonal(const Amplitude<D>& psi_before, const Amplitude<D>& lambda, const T* factors,
                                        std::size_t row) const {
    const D d;
    const Amplitude<D> before = turn_back(lambda, hn::Set(d, factors[2 * row]), hn::Set(d, factors[2 * row + 1]));
    hn::Store(phase_overlap(before, psi_before), d, tile.overlaps + row * hn::Lanes(d));
    return before;
  }

  HWY_INLINE void undo_diagonal_on_both(T* psi_state, const Amplitude<D>& lambda, const T* factors,
                                        std::size_t row) const {
    const D d;
    const Amplitude<D> psi =
        turn_back(load_row(d, psi_state, row), hn::Set(d, factors[2 * row]), hn::Set(d, factors[2 * row + 1]));
    store_row(d, psi, psi_state, row);
    store_row(d, undo_diagonal(psi, lambda, factors, row), tile.lambda, row);
  }

  template <Sweep::Kind kind, std::size_t half, std::size_t levels>
  static HWY_INLINE void half_overlaps(const T* lambda, const T* psi, const GroupRows<levels>& at,
                                       V (&overlaps)[levels]) {
    using Half = HalfGroup<D, kind, half, levels>;
    Half of_psi;
    of_psi.load(psi, at);
    // Two sums side by side: one would have to wait for each of its members.
    V sums[levels][2];
    unroll<levels>([&](auto level) TACIT_UNROLLED { sums[level][0] = sums[level][1] = hn::Zero(D()); });
    unroll<Half::size>([&](auto member) TACIT_UNROLLED {
      const V of_lambda = Half::template load_member<member>(lambda, at);
      unroll<levels>([&](auto level) TACIT_UNROLLED {
        V& sum = sums[level][member % 2];
        sum = of_psi.template add_overlap<level, member>(of_lambda, sum);
      });
    });
    unroll<levels>([&](auto level) TACIT_UNROLLED { overlaps[level] = hn::Add(sums[level][0], sums[level][1]); });
    read_again();
  }

  template <Sweep::Kind kind, std::size_t levels, bool scaled>
  HWY_INLINE void undo_groups_of_lambda(const Visit& visit, std::uint32_t block) const {
    const D d;
    V cosines[levels + 1], undo[levels + 1][2];
    unroll<levels>([&](auto level) TACIT_UNROLLED {
      const Coefficients<D> angle = load(tile.program->sweeps[visit.first_sweep + level].rotation_slot);
      cosines[level] = angle.cosine;
      undo[level][0] = hn::Neg(angle.sine);
      undo[level][1] = angle.sine;
    });
    const T *const factors = factors_of(tile, visit), *const psi_state = tile.psi_at(visit.source);
    T* const lambda_state = tile.lambda;
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const GroupRows<levels> at(visit, walk.row());
      Group<D, levels> lambda;
      lambda.load(lambda_state, at);
      unroll<levels>([&](auto level) TACIT_UNROLLED {
        lambda.template rotate_level<kind, scaled, level>(cosines[level],
                                                          undo[level][sign_parity<kind>(visit, level, walk)]);
      });
      if (factors)
        unroll<lambda.size>([&](auto member) TACIT_UNROLLED {
          const std::size_t row = at.rows[member];
          lambda.of[member] = undo_diagonal(load_row(d, psi_state, row), lambda.of[member], factors, row);
        });
      lambda.store(lambda_state, at);
    } while (walk.next());
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
    T *const psi_state = tile.psi_at(visit.target), *const lambda_state = tile.lambda;
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const GroupRows<levels> at(visit, walk.row());
      std::size_t odd[levels];
      Group<D, levels> psi, lambda;
      psi.load(psi_state, at);
      if constexpr (both_fit) lambda.load(lambda_state, at);
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
      if (factors)
        unroll<Group<D, levels>::size>([&](auto member) TACIT_UNROLLED {
          undo_diagonal_on_both(psi_state, lambda.of[member], factors, at.rows[member]);
        });
      else
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
  add_observables(d, tile, pass.column, tile.upstream, tile.psi_at(tile.last_state()), tile.lambda);
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
