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

#include "quantum_sim/batch/gradient_tables-inl.h"
#include "quantum_sim/batch/observable-inl.h"
#include "quantum_sim/batch/start-inl.h"
#include "quantum_sim/batch/tangent_group-inl.h"
#include "quantum_sim/batch/visits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class T>
struct BackwardTangentPass {
  using D = SampleTag<T>;
  using V = hn::Vec<D>;
  using Row = TangentRow<D>;
  static constexpr bool goes_back = true;
  static constexpr std::size_t most_levels = 3, most_gradient_levels = 3;
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
    const Sweep& sweep = tile.program->sweeps[visit.first_sweep];
    const Coefficients<D> angle = load(sweep.rotation_slot);
    const Signed<V> undo(angle.sine), rate(angle.rate), sign(hn::Set(D(), T{1}));
    Coefficients<D> phase{};
    if constexpr (shape.has_phase) phase = load(sweep.phase_slot);
    Sums rotation_sums = no_sums(), phase_sums = no_sums();
    T *const psi_state = tile.psi_at(visit.target), *const psi_dot_state = tile.psi_dot_at(visit.target);
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const GroupRows<1> at(visit, walk.row());
      const std::size_t odd = parity_of(walk.row() & sweep.sign);
      TangentGroup<D, 1> psi, lambda;
      psi.load(psi_state, psi_dot_state, at);
      lambda.load(tile.lambda, tile.lambda_dot, at);
      if constexpr (shape.has_phase) {
        phase_sums.add(row_overlaps(lambda.row(1), psi.row(1)));
        psi.set_row(1, psi.row(1).undone(phase));
        lambda.set_row(1, lambda.row(1).undone(phase));
      }
      rotation_sums.add(pair_overlaps<shape.kind>(lambda, psi), sign(odd));
      psi.template rotate_level<shape.kind, shape.scaled, 0>(angle.cosine, undo(odd), rate(odd));
      lambda.template rotate_level<shape.kind, shape.scaled, 0>(angle.cosine, undo(odd), rate(odd));
      if constexpr (shape.grows) {
        psi.row(0).store(psi_state, psi_dot_state, at.rows[0]);
        lambda.row(0).store(tile.lambda, tile.lambda_dot, at.rows[0]);
      } else {
        psi.store(psi_state, psi_dot_state, at);
        lambda.store(tile.lambda, tile.lambda_dot, at);
      }
    } while (walk.next());
    add(rotation_sums, sweep.rotation_slot);
    if constexpr (shape.has_phase) add(phase_sums.doubled(), sweep.phase_slot);
  }

  HWY_NOINLINE void phase(const Visit& visit, std::uint32_t block) const {
    const std::uint32_t slot = tile.program->sweeps[visit.first_sweep].phase_slot;
    const Coefficients<D> angle = load(slot);
    Sums sums = no_sums();
    T *const psi_state = tile.psi_at(visit.target), *const psi_dot_state = tile.psi_dot_at(visit.target);
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const std::size_t row = walk.row() ^ visit.flips[0];
      const Row psi = Row::load(psi_state, psi_dot_state, row), lambda = Row::load(tile.lambda, tile.lambda_dot, row);
      sums.add(row_overlaps(lambda, psi));
      psi.undone(angle).store(psi_state, psi_dot_state, row);
      lambda.undone(angle).store(tile.lambda, tile.lambda_dot, row);
    } while (walk.next());
    add(sums.doubled(), slot);
  }

  HWY_NOINLINE void diagonal(const Visit& visit, std::uint32_t block) const {
    const T *const factors = factors_of(tile, visit), *const rates = rates_of(tile, visit);
    T *const psi_state = tile.psi_at(visit.target), *const psi_dot_state = tile.psi_dot_at(visit.target);
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const std::size_t row = walk.row();
      undo_diagonal_on_both(psi_state, psi_dot_state, Row::load(tile.lambda, tile.lambda_dot, row), factors, rates,
                            row);
    } while (walk.next());
  }

  /// Of a layer whose state is kept: all overlaps with it are taken before lambda moves.
  template <Sweep::Kind kind, std::size_t levels>
  HWY_NOINLINE void gradients(const Visit& visit, std::uint32_t block) const {
    const Signed<V> sign(hn::Set(D(), T{1}));
    Sums sums[levels];
    unroll<levels>([&](auto level) TACIT_UNROLLED { sums[level] = no_sums(); });
    const T *const psi_state = tile.psi_at(visit.source), *const psi_dot_state = tile.psi_dot_at(visit.source);
    const T *const lambda_state = tile.lambda, *const lambda_dot_state = tile.lambda_dot;
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const GroupRows<levels> at(visit, walk.row());
      Overlaps first[levels], second[levels];
      TangentHalf<D, kind, 0, levels> psi;
      psi.load(psi_state, psi_dot_state, at);
      half_overlaps(lambda_state, lambda_dot_state, psi, at, first);
      TangentHalf<D, kind, 1, levels> other_psi;
      other_psi.load(psi_state, psi_dot_state, at);
      half_overlaps(lambda_state, lambda_dot_state, other_psi, at, second);
      unroll<levels>([&](auto level) TACIT_UNROLLED {
        const std::size_t odd = sign_parity<kind>(visit, level, walk);
        sums[level].value =
            add_signed<kind>(sums[level].value, hn::Add(first[level].value, second[level].value), sign, odd);
        sums[level].dot = add_signed<kind>(sums[level].dot, hn::Add(first[level].dot, second[level].dot), sign, odd);
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
  /// An overlap of lambda and psi, and its derivative.
  struct Overlaps {
    V value, dot;
  };
  struct Sums {
    V value, dot;
    HWY_INLINE void add(const Overlaps& more) {
      value = hn::Add(more.value, value);
      dot = hn::Add(more.dot, dot);
    }
    HWY_INLINE void add(const Overlaps& more, V sign) {
      value = hn::MulAdd(sign, more.value, value);
      dot = hn::MulAdd(sign, more.dot, dot);
    }
    HWY_INLINE Sums doubled() const { return {hn::Add(value, value), hn::Add(dot, dot)}; }
  };

  static HWY_INLINE Sums no_sums() { return {hn::Zero(D()), hn::Zero(D())}; }

  // With the signs that undo.
  HWY_INLINE Coefficients<D> load(std::uint32_t slot) const {
    const Coefficients<D> angle = load_coefficients(D(), tile, tile.backward_coefficients, slot, column);
    return {angle.cosine, hn::Neg(angle.sine), hn::Neg(angle.rate)};
  }

  HWY_INLINE void add(const Sums& sums, std::uint32_t slot) const {
    add_to_gradient(D(), sums.value, tile.gradient, slot, column);
    add_to_gradient(D(), sums.dot, tile.gradient_dot, slot, column);
  }

  static HWY_INLINE Overlaps row_overlaps(const Row& lambda, const Row& psi) {
    return {phase_overlap(lambda.value, psi.value),
            hn::Add(phase_overlap(lambda.dot, psi.value), phase_overlap(lambda.value, psi.dot))};
  }

  template <Sweep::Kind kind>
  static HWY_INLINE Overlaps pair_overlaps(const TangentGroup<D, 1>& lambda, const TangentGroup<D, 1>& psi) {
    const Pair<D> value = psi.value.template get<0, 0>(), dot = psi.dot.template get<0, 0>();
    const Pair<D> lambda_value = lambda.value.template get<0, 0>(), lambda_dot = lambda.dot.template get<0, 0>();
    return {rotation_overlap<kind>(lambda_value, value),
            hn::Add(rotation_overlap<kind>(lambda_dot, value), rotation_overlap<kind>(lambda_value, dot))};
  }

  // Of all levels. Lambda and its derivative are read from memory.
  template <Sweep::Kind kind, std::size_t levels>
  static HWY_INLINE void group_overlaps(const T* lambda, const T* lambda_dot, const TangentGroup<D, levels>& psi,
                                        const GroupRows<levels>& at, Overlaps (&overlaps)[levels]) {
    const D d;
    V value[levels], by_psi[levels], by_lambda[levels];
    unroll<levels>([&](auto level) TACIT_UNROLLED { value[level] = by_psi[level] = by_lambda[level] = hn::Zero(d); });
    unroll<Group<D, levels>::size>([&](auto member) TACIT_UNROLLED {
      const Row row = Row::load(lambda, lambda_dot, at.rows[member]);
      add_member_overlaps<kind, member>(row.value, psi.value, value);
      add_member_overlaps<kind, member>(row.value, psi.dot, by_psi);
      add_member_overlaps<kind, member>(row.dot, psi.value, by_lambda);
    });
    read_again();
    unroll<levels>([&](auto level) TACIT_UNROLLED {
      overlaps[level] = {value[level], hn::Add(by_psi[level], by_lambda[level])};
    });
  }

  // Takes the gradient of a diagonal on one row and returns lambda from before it.
  HWY_INLINE Row undo_diagonal(const Row& psi_before, const Row& lambda, const Coefficients<D>& undo,
                               std::size_t row) const {
    const D d;
    const Row before = lambda.undone(undo);
    const Overlaps overlaps = row_overlaps(before, psi_before);
    hn::Store(overlaps.value, d, tile.overlaps + row * hn::Lanes(d));
    hn::Store(overlaps.dot, d, tile.overlaps_dot + row * hn::Lanes(d));
    return before;
  }

  static HWY_INLINE Coefficients<D> undoing(const T* factors, const T* rates, std::size_t row) {
    const D d;
    return {hn::Set(d, factors[2 * row]), hn::Set(d, -factors[2 * row + 1]), hn::Set(d, -rates[row])};
  }

  HWY_INLINE void undo_diagonal_on_both(T* psi_state, T* psi_dot_state, const Row& lambda, const T* factors,
                                        const T* rates, std::size_t row) const {
    const Coefficients<D> undo = undoing(factors, rates, row);
    const Row psi = Row::load(psi_state, psi_dot_state, row).undone(undo);
    psi.store(psi_state, psi_dot_state, row);
    undo_diagonal(psi, lambda, undo, row).store(tile.lambda, tile.lambda_dot, row);
  }

  // Lambda and its derivative are read from memory.
  template <Sweep::Kind kind, std::size_t half, std::size_t levels>
  static HWY_INLINE void half_overlaps(const T* lambda, const T* lambda_dot,
                                       const TangentHalf<D, kind, half, levels>& psi, const GroupRows<levels>& at,
                                       Overlaps (&overlaps)[levels]) {
    using Half = HalfGroup<D, kind, half, levels>;
    V by_psi[levels], by_lambda[levels];
    unroll<levels>([&](auto level)
                       TACIT_UNROLLED { overlaps[level].value = by_psi[level] = by_lambda[level] = hn::Zero(D()); });
    unroll<Half::size>([&](auto member) TACIT_UNROLLED {
      const V of_lambda = Half::template load_member<member>(lambda, at);
      const V of_lambda_dot = Half::template load_member<member>(lambda_dot, at);
      unroll<levels>([&](auto level) TACIT_UNROLLED {
        overlaps[level].value = psi.value.template add_overlap<level, member>(of_lambda, overlaps[level].value);
        by_psi[level] = psi.dot.template add_overlap<level, member>(of_lambda, by_psi[level]);
        by_lambda[level] = psi.value.template add_overlap<level, member>(of_lambda_dot, by_lambda[level]);
      });
    });
    unroll<levels>([&](auto level) TACIT_UNROLLED { overlaps[level].dot = hn::Add(by_psi[level], by_lambda[level]); });
    read_again();
  }

  template <std::size_t levels>
  HWY_INLINE TangentCoefficients<D, levels> load_all(const Visit& visit) const {
    TangentCoefficients<D, levels> undo;
    unroll<levels>([&](auto level) TACIT_UNROLLED {
      undo.set(level, load(tile.program->sweeps[visit.first_sweep + level].rotation_slot));
    });
    return undo;
  }

  template <Sweep::Kind kind, std::size_t levels, bool scaled>
  HWY_INLINE void undo_groups_of_lambda(const Visit& visit, std::uint32_t block) const {
    const TangentCoefficients<D, levels> undo = load_all<levels>(visit);
    const T *const factors = factors_of(tile, visit), *const rates = rates_of(tile, visit);
    const T *const psi_state = tile.psi_at(visit.source), *const psi_dot_state = tile.psi_dot_at(visit.source);
    T *const lambda_state = tile.lambda, *const lambda_dot_state = tile.lambda_dot;
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const GroupRows<levels> at(visit, walk.row());
      std::size_t odd[levels + 1];
      find_signs<kind, levels>(visit, walk, odd);
      if constexpr (levels > most_levels_of_whole_groups) {
        unroll<2>([&](auto half) TACIT_UNROLLED {
          TangentHalf<D, kind, half, levels> lambda;
          lambda.load(lambda_state, lambda_dot_state, at);
          undo.template rotate<kind, scaled>(lambda, odd);
          lambda.store(lambda_state, lambda_dot_state, at);
        });
      } else {
        TangentGroup<D, levels> lambda;
        lambda.load(lambda_state, lambda_dot_state, at);
        undo.template rotate<kind, scaled>(lambda, odd);
        if (factors)
          unroll<Group<D, levels>::size>([&](auto member) TACIT_UNROLLED {
            const std::size_t row = at.rows[member];
            lambda.set_row(member, undo_diagonal(Row::load(psi_state, psi_dot_state, row), lambda.row(member),
                                                 undoing(factors, rates, row), row));
          });
        lambda.store(lambda_state, lambda_dot_state, at);
      }
    } while (walk.next());
  }

  // In the order of BackwardPass::undo_groups.
  template <Sweep::Kind kind, std::size_t levels, bool scaled>
  HWY_INLINE void undo_groups(const Visit& visit, std::uint32_t block) const {
    const D d;
    const Sweep* const sweeps = tile.program->sweeps.data() + visit.first_sweep;
    const TangentCoefficients<D, levels> undo = load_all<levels>(visit);
    const Signed<V> sign(hn::Set(d, T{1}));
    Sums sums[levels];
    unroll<levels>([&](auto level) TACIT_UNROLLED { sums[level] = no_sums(); });
    const T *const factors = factors_of(tile, visit), *const rates = rates_of(tile, visit);
    T *const psi_state = tile.psi_at(visit.target), *const psi_dot_state = tile.psi_dot_at(visit.target);
    T *const lambda_state = tile.lambda, *const lambda_dot_state = tile.lambda_dot;
    GroupWalk walk(*tile.backward_plan, visit, block);
    do {
      const GroupRows<levels> at(visit, walk.row());
      std::size_t odd[levels + 1];
      find_signs<kind, levels>(visit, walk, odd);
      Overlaps overlaps[levels];
      const auto add_overlaps = [&]() TACIT_UNROLLED {
        unroll<levels>([&](auto level) TACIT_UNROLLED {
          sums[level].value = add_signed<kind>(sums[level].value, overlaps[level].value, sign, odd[level]);
          sums[level].dot = add_signed<kind>(sums[level].dot, overlaps[level].dot, sign, odd[level]);
        });
      };
      if constexpr (levels > most_levels_of_whole_groups) {
        unroll<2>([&](auto half) TACIT_UNROLLED {
          TangentHalf<D, kind, half, levels> psi, lambda;
          psi.load(psi_state, psi_dot_state, at);
          half_overlaps(lambda_state, lambda_dot_state, psi, at, overlaps);
          add_overlaps();
          undo.template rotate<kind, scaled>(psi, odd);
          psi.store(psi_state, psi_dot_state, at);
          lambda.load(lambda_state, lambda_dot_state, at);
          undo.template rotate<kind, scaled>(lambda, odd);
          lambda.store(lambda_state, lambda_dot_state, at);
        });
      } else {
        TangentGroup<D, levels> psi, lambda;
        psi.load(psi_state, psi_dot_state, at);
        group_overlaps<kind>(lambda_state, lambda_dot_state, psi, at, overlaps);
        add_overlaps();
        undo.template rotate<kind, scaled>(psi, odd);
        psi.store(psi_state, psi_dot_state, at);
        lambda.load(lambda_state, lambda_dot_state, at);
        undo.template rotate<kind, scaled>(lambda, odd);
        if (factors)
          unroll<Group<D, levels>::size>([&](auto member) TACIT_UNROLLED {
            undo_diagonal_on_both(psi_state, psi_dot_state, lambda.row(member), factors, rates, at.rows[member]);
          });
        else
          lambda.store(lambda_state, lambda_dot_state, at);
      }
    } while (walk.next());
    // As if the sweeps had been undone one by one.
    V grown = hn::Set(d, T{1});
    unroll<levels>([&](auto reversed) TACIT_UNROLLED {
      constexpr std::size_t level = levels - 1 - reversed;
      add({hn::Mul(grown, sums[level].value), hn::Mul(grown, sums[level].dot)}, sweeps[level].rotation_slot);
      grown = hn::Mul(grown, growth(undo.cosines[level], undo.sines[level][0]));
    });
  }
};

/// From the final psi and psi_dot: gradients of all slots and their derivatives. Leaves all four states spent.
template <class T>
HWY_INLINE void differentiate(const BackwardTangentPass<T>& pass) {
  const SampleTag<T> d;
  const Tile<T>& tile = pass.tile;
  const VisitPlan& plan = *tile.backward_plan;
  clear_gradient(d, tile, tile.gradient, pass.column);
  clear_gradient(d, tile, tile.gradient_dot, pass.column);
  clear(d, tile.lambda, tile.program->rows());
  clear(d, tile.lambda_dot, tile.program->rows());
  const T *const psi = tile.psi_at(tile.last_state()), *const psi_dot = tile.psi_dot_at(tile.last_state());
  add_observables(d, tile, pass.column, tile.upstream, psi, tile.lambda);
  add_observables(d, tile, pass.column, tile.upstream_dot, psi, tile.lambda_dot);
  add_observables(d, tile, pass.column, tile.upstream, psi_dot, tile.lambda_dot);
  for (auto stage = plan.stages.rbegin(); stage != plan.stages.rend(); ++stage) {
    run_stage<true>(pass, plan, *stage);
    sum_overlaps(d, tile, *stage, tile.overlaps, tile.diagonal_sums);
    sum_overlaps(d, tile, *stage, tile.overlaps_dot, tile.diagonal_sums_dot);
  }
  write_start_gradient(d, tile, pass.column, tile.lambda, tile.start_gradient);
  write_start_gradient(d, tile, pass.column, tile.lambda_dot, tile.start_gradient_dot);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
