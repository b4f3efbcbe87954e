// Rows of a state beside those of its derivative along a direction. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_TANGENT_GROUP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_TANGENT_GROUP_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_TANGENT_GROUP_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_TANGENT_GROUP_INL_H
#endif

#include "quantum_sim/batch/half_group-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// A row of a state and of that state's derivative.
template <class D>
struct TangentRow {
  Amplitude<D> value, dot;

  static HWY_INLINE TangentRow load(const hn::TFromD<D>* state, const hn::TFromD<D>* state_dot, std::size_t row) {
    return {load_row(D(), state, row), load_row(D(), state_dot, row)};
  }
  HWY_INLINE void store(hn::TFromD<D>* state, hn::TFromD<D>* state_dot, std::size_t row) const {
    store_row(D(), value, state, row);
    store_row(D(), dot, state_dot, row);
  }
  /// A phase, given the coefficients that undo it.
  HWY_INLINE TangentRow undone(const Coefficients<D>& undo) const {
    const Amplitude<D> before = turn(value, undo.cosine, undo.sine);
    return {before, add_turned(turn(dot, undo.cosine, undo.sine), before, undo.rate)};
  }
};

/// Rows of a state and of that state's derivative.
template <class D, std::size_t levels>
struct TangentGroup {
  Group<D, levels> value, dot;

  HWY_INLINE void load(const hn::TFromD<D>* state, const hn::TFromD<D>* state_dot, const GroupRows<levels>& at) {
    value.load(state, at);
    dot.load(state_dot, at);
  }
  HWY_INLINE void store(hn::TFromD<D>* state, hn::TFromD<D>* state_dot, const GroupRows<levels>& at) const {
    value.store(state, at);
    dot.store(state_dot, at);
  }
  HWY_INLINE TangentRow<D> row(std::size_t member) const { return {value.of[member], dot.of[member]}; }
  HWY_INLINE void set_row(std::size_t member, const TangentRow<D>& row) {
    value.of[member] = row.value;
    dot.of[member] = row.dot;
  }
  template <Sweep::Kind kind, bool scaled, std::size_t level, class V>
  HWY_INLINE void rotate_level(V cosine, V sine, V rate) {
    value.template rotate_level<kind, scaled, level>(cosine, sine);
    dot.template rotate_level<kind, scaled, level>(cosine, sine);
    dot.template add_generated_level<kind, level>(value, rate);
  }
};

/// The same half of a group of a state and of that state's derivative.
template <class D, Sweep::Kind kind, std::size_t half, std::size_t levels>
struct TangentHalf {
  using T = hn::TFromD<D>;
  HalfGroup<D, kind, half, levels> value, dot;

  HWY_INLINE void load(const T* state, const T* state_dot, const GroupRows<levels>& at) {
    value.load(state, at);
    dot.load(state_dot, at);
  }
  HWY_INLINE void store(T* state, T* state_dot, const GroupRows<levels>& at) const {
    value.store(state, at);
    dot.store(state_dot, at);
  }
  template <bool scaled, std::size_t level, class V>
  HWY_INLINE void rotate_level(V cosine, V sine, V rate) {
    value.template rotate_level<scaled, level>(cosine, sine);
    dot.template rotate_level<scaled, level>(cosine, sine);
    dot.template add_generated_level<level>(value, rate);
  }
};

/// Up to so many levels a group of two states fits into the registers; beyond, half of it does.
inline constexpr std::size_t most_levels_of_whole_groups = 2;

/// Sines and rates with either sign, as rows ask for them.
template <class D, std::size_t levels>
struct TangentCoefficients {
  hn::Vec<D> cosines[levels + 1], sines[levels + 1][2], rates[levels + 1][2];

  HWY_INLINE void set(std::size_t level, const Coefficients<D>& angle) {
    cosines[level] = angle.cosine;
    sines[level][0] = angle.sine;
    sines[level][1] = hn::Neg(angle.sine);
    rates[level][0] = angle.rate;
    rates[level][1] = hn::Neg(angle.rate);
  }
  /// All levels of a group, or of a half of one.
  template <Sweep::Kind kind, bool scaled>
  HWY_INLINE void rotate(TangentGroup<D, levels>& group, const std::size_t (&odd)[levels + 1]) const {
    unroll<levels>([&](auto level) TACIT_UNROLLED {
      group.template rotate_level<kind, scaled, level>(cosines[level], sines[level][odd[level]],
                                                       rates[level][odd[level]]);
    });
  }
  template <Sweep::Kind kind, bool scaled, std::size_t half>
  HWY_INLINE void rotate(TangentHalf<D, kind, half, levels>& group, const std::size_t (&odd)[levels + 1]) const {
    unroll<levels>([&](auto level) TACIT_UNROLLED {
      group.template rotate_level<scaled, level>(cosines[level], sines[level][odd[level]], rates[level][odd[level]]);
    });
  }
};

/// Which levels have their sign changed on a group.
template <Sweep::Kind kind, std::size_t levels>
HWY_INLINE void find_signs(const Visit& visit, const GroupWalk& walk, std::size_t (&odd)[levels + 1]) {
  unroll<levels>([&](auto level) TACIT_UNROLLED { odd[level] = sign_parity<kind>(visit, level, walk); });
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
