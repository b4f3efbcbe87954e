// How a visit walks its rows and finds its coefficients, and the choice of its kernel. Compiled once for each
// instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_VISITS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_VISITS_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_VISITS_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_VISITS_INL_H
#endif

#include <bit>

#include "quantum_sim/batch/pair_arithmetic-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// What the kernel of a rotation that is not plain is specialised for.
struct SweepShape {
  Sweep::Kind kind;
  bool has_phase, grows, scaled;
};

HWY_INLINE std::size_t parity_of(std::uint32_t bits) {
  return static_cast<std::size_t>(__builtin_parity(bits));
}

/// The first rows of a visit's groups in one block.
class GroupWalk {
 public:
  HWY_INLINE GroupWalk(const VisitPlan& plan, const Visit& visit, std::uint32_t block)
      : steps_(plan.steps.data() + visit.first_step), count_(std::uint32_t{1} << visit.steps), row_(block) {
    // Levels that the visit does not have have neither role nor flip. No branch: it could not be foreseen.
    for (std::uint32_t level = 0; level < most_sweeps_of_visit; ++level)
      row_ ^= visit.flips[level] & (0u - static_cast<std::uint32_t>(parity_of(block & visit.roles[level])));
  }
  HWY_INLINE std::uint32_t row() const { return row_; }
  /// False after the last group. In the order of a Gray code: one step at a time reaches all.
  HWY_INLINE bool next() {
    if (++index_ == count_) return false;
    row_ ^= steps_[std::countr_zero(index_)];
    return true;
  }

 private:
  const std::uint32_t* steps_;
  std::uint32_t count_, row_, index_ = 0;
};

template <class D>
struct Coefficients {
  hn::Vec<D> cosine, sine, rate;
};

template <class D, class T>
HWY_INLINE Coefficients<D> load_coefficients(D d, const Tile<T>& tile, const T* shared_table, std::uint32_t slot,
                                             std::size_t column) {
  const std::uint32_t lane_slot = tile.program->slots[slot].lane_slot;
  if (lane_slot == no_slot) {
    const T* shared = shared_table + slot * coefficients_of_slot;
    return {hn::Set(d, shared[0]), hn::Set(d, shared[1]), hn::Set(d, shared[2])};
  }
  const T* lanes = tile.lane_coefficients + lane_slot * coefficients_of_slot * tile_width<T> + column;
  return {hn::Load(d, lanes), hn::Load(d, lanes + tile_width<T>), hn::Load(d, lanes + 2 * tile_width<T>)};
}

/// A coefficient that changes sign with a row's sign parity.
template <class V>
class Signed {
 public:
  HWY_INLINE explicit Signed(V value) : values_{value, hn::Neg(value)} {}
  HWY_INLINE V operator()(std::size_t odd) const { return values_[odd]; }

 private:
  V values_[2];
};

/// Rows of one of the program's diagonals; null if the visit has none.
template <class T>
HWY_INLINE const T* factors_of(const Tile<T>& tile, const Visit& visit) {
  return visit.diagonal == no_diagonal ? nullptr : tile.diagonal_factors + 2 * visit.diagonal * tile.program->rows();
}
template <class T>
HWY_INLINE const T* rates_of(const Tile<T>& tile, const Visit& visit) {
  return visit.diagonal == no_diagonal ? nullptr : tile.diagonal_rates + visit.diagonal * tile.program->rows();
}

template <Sweep::Kind kind, class Pass>
HWY_INLINE void run_rotations(const Pass& pass, const Visit& visit, std::uint32_t block) {
  const Sweep& sweep = pass.tile.program->sweeps[visit.first_sweep];
  if (sweep.grows) return pass.template rotation<SweepShape{kind, false, true, false}>(visit, block);
  if (sweep.phase_slot != no_slot) {
    if (pass.tile.scaled[sweep.rotation_slot])
      return pass.template rotation<SweepShape{kind, true, false, true}>(visit, block);
    return pass.template rotation<SweepShape{kind, true, false, false}>(visit, block);
  }
  if constexpr (Pass::most_levels > 2)
    if (visit.levels == 3) return pass.template rotations<kind, 3>(visit, block);
  if constexpr (Pass::most_levels > 1)
    if (visit.levels == 2) return pass.template rotations<kind, 2>(visit, block);
  return pass.template rotations<kind, 1>(visit, block);
}

/// The same of a layer whose state is kept, which passes back alone meet.
template <Sweep::Kind kind, class Pass>
HWY_INLINE void run_kept(const Pass& pass, const Visit& visit, std::uint32_t block) {
  if (visit.back == Visit::Back::gradients) {
    if constexpr (Pass::most_gradient_levels > 3)
      if (visit.levels == 4) return pass.template gradients<kind, 4>(visit, block);
    if (visit.levels == 3) return pass.template gradients<kind, 3>(visit, block);
    if (visit.levels == 2) return pass.template gradients<kind, 2>(visit, block);
    return pass.template gradients<kind, 1>(visit, block);
  }
  if constexpr (Pass::most_levels > 2)
    if (visit.levels == 3) return pass.template undo_lambda<kind, 3>(visit, block);
  if (visit.levels == 2) return pass.template undo_lambda<kind, 2>(visit, block);
  return pass.template undo_lambda<kind, 1>(visit, block);
}

/// Runs the kernel of `pass` that fits the visit, on one block.
template <class Pass>
HWY_INLINE void run_visit(const Pass& pass, const Visit& visit, std::uint32_t block) {
  const Sweep::Kind kind = pass.tile.program->sweeps[visit.first_sweep].kind;
  if constexpr (Pass::goes_back)
    if (visit.back != Visit::Back::undo_both) {
      if (kind == Sweep::Kind::real) return run_kept<Sweep::Kind::real>(pass, visit, block);
      if (kind == Sweep::Kind::imaginary) return run_kept<Sweep::Kind::imaginary>(pass, visit, block);
      return pass.template undo_lambda<Sweep::Kind::real, 0>(visit, block);
    }
  switch (kind) {
    case Sweep::Kind::phase:
      return pass.phase(visit, block);
    case Sweep::Kind::real:
      return run_rotations<Sweep::Kind::real>(pass, visit, block);
    case Sweep::Kind::imaginary:
      return run_rotations<Sweep::Kind::imaginary>(pass, visit, block);
    case Sweep::Kind::diagonal:
      return pass.diagonal(visit, block);
  }
}

/// Whether all sweeps of a visit of plain rotations leave out their cosine.
template <std::size_t levels, class T>
HWY_INLINE bool all_scaled(const Tile<T>& tile, const Visit& visit) {
  const Sweep* const sweeps = tile.program->sweeps.data() + visit.first_sweep;
  if constexpr (levels == 0) return true;
  std::uint8_t all = tile.scaled[sweeps[0].rotation_slot];
  if constexpr (levels > 1) all &= tile.scaled[sweeps[1].rotation_slot];
  if constexpr (levels > 2) all &= tile.scaled[sweeps[2].rotation_slot];
  return all != 0;
}

/// Calls run(visit, block) for the visits of the stage, on one block after the other; in reverse order of visits if
/// `reverse`.
template <bool reverse, class Pass>
HWY_INLINE void run_stage(const Pass& pass, const VisitPlan& plan, const Stage& stage) {
  std::uint32_t block = stage.origin;
  for (std::uint32_t index = 0;;) {
    if constexpr (reverse)
      for (std::uint32_t visit = stage.end_visit; visit > stage.first_visit; --visit)
        run_visit(pass, plan.visits[visit - 1], block);
    else
      for (std::uint32_t visit = stage.first_visit; visit < stage.end_visit; ++visit)
        run_visit(pass, plan.visits[visit], block);
    if (++index == std::uint32_t{1} << stage.steps) return;
    block ^= plan.steps[stage.first_step + static_cast<std::uint32_t>(std::countr_zero(index))];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
