// How a sweep walks its rows and finds its coefficients, and the choice of its kernel. Compiled once for each
// instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_SWEEP_SHAPE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_SWEEP_SHAPE_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_SWEEP_SHAPE_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_SWEEP_SHAPE_INL_H
#endif

#include "quantum_sim/batch/pair_arithmetic-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// What a rotation kernel is specialised for.
struct SweepShape {
  Sweep::Kind kind;
  bool has_phase, has_sign, grows, scaled;
};

HWY_INLINE std::size_t parity_of(std::uint32_t bits) {
  return static_cast<std::size_t>(__builtin_parity(bits));
}

/// The pairs of a sweep, numbered: pair -> its row a.
class PairRows {
 public:
  HWY_INLINE explicit PairRows(const Sweep& sweep)
      : count_(std::size_t{1} << (sweep.dimension - 1)),
        low_((std::size_t{1} << sweep.pivot) - 1),
        pivot_(sweep.pivot),
        role_(sweep.role) {}
  HWY_INLINE std::size_t count() const { return count_; }
  HWY_INLINE std::size_t first(std::size_t pair) const {
    // A zero is inserted at the pivot, then the pivot bit is set if that is what makes the role's parity even.
    const std::size_t row = ((pair & ~low_) << 1) | (pair & low_);
    return row ^ (parity_of(static_cast<std::uint32_t>(row) & role_) << pivot_);
  }

 private:
  std::size_t count_, low_;
  std::uint32_t pivot_, role_;
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

/// A coefficient that changes sign with a pair's sign parity.
template <bool has_sign, class V>
class Signed {
 public:
  HWY_INLINE explicit Signed(V value) : values_{value, hn::Neg(value)} {}
  HWY_INLINE V operator()(std::size_t odd) const { return has_sign ? values_[odd] : values_[0]; }

 private:
  V values_[2];
};

template <Sweep::Kind kind, bool has_phase, bool has_sign, class Pass>
HWY_INLINE void run_rotation(const Pass& pass, const Sweep& sweep) {
  if (pass.tile.scaled[sweep.rotation_slot])
    return pass.template rotation<SweepShape{kind, has_phase, has_sign, false, true}>(sweep);
  return pass.template rotation<SweepShape{kind, has_phase, has_sign, false, false}>(sweep);
}

template <Sweep::Kind kind, class Pass>
HWY_INLINE void run_rotation(const Pass& pass, const Sweep& sweep) {
  const bool has_phase = sweep.phase_slot != no_slot, has_sign = sweep.sign != 0;
  if (sweep.grows) return pass.template rotation<SweepShape{kind, false, true, true, false}>(sweep);
  if (has_phase && has_sign) return run_rotation<kind, true, true>(pass, sweep);
  if (has_phase) return run_rotation<kind, true, false>(pass, sweep);
  if (has_sign) return run_rotation<kind, false, true>(pass, sweep);
  return run_rotation<kind, false, false>(pass, sweep);
}

/// Runs the kernel of `pass` that fits the sweep.
template <class Pass>
HWY_INLINE void run_sweep(const Pass& pass, const Sweep& sweep) {
  switch (sweep.kind) {
    case Sweep::Kind::phase:
      return pass.phase(sweep);
    case Sweep::Kind::real:
      return run_rotation<Sweep::Kind::real>(pass, sweep);
    case Sweep::Kind::imaginary:
      return run_rotation<Sweep::Kind::imaginary>(pass, sweep);
  }
}

/// Row 0 = value, the only row in use before the first sweep.
template <class D>
HWY_INLINE void start(D d, hn::TFromD<D>* state, hn::TFromD<D> value) {
  store_row(d, {hn::Set(d, value), hn::Zero(d)}, state, 0);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
