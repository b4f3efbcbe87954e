// Half of the amplitudes of a group: what its rotations mix among themselves. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_HALF_GROUP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_HALF_GROUP_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_HALF_GROUP_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_HALF_GROUP_INL_H
#endif

#include <bit>

#include "quantum_sim/batch/group-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// Rotations of the real kind mix real parts with real parts, and imaginary with imaginary ones; those of the imaginary
/// kind mix the real part of one row of a pair with the imaginary part of the other. Either way a group falls into two
/// halves that can be worked on one after the other: the registers then hold twice as many rows.
template <class D, Sweep::Kind kind, std::size_t half, std::size_t levels>
struct HalfGroup {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  static constexpr std::size_t size = std::size_t{1} << levels;
  V of[size];

  /// 0 where the half has a member's real part, 1 where its imaginary part.
  static constexpr std::size_t part(std::size_t member) {
    return kind == Sweep::Kind::real ? half : (half + static_cast<std::size_t>(std::popcount(member))) % 2;
  }
  /// Whether -i P of a level takes the other row of the pair to this member with its sign kept.
  static constexpr bool keeps_sign(std::size_t level, std::size_t member) {
    return kind == Sweep::Kind::real ? (member >> level & 1) != 0 : part(member) == 0;
  }

  template <std::size_t member>
  static HWY_INLINE V load_member(const T* state, const GroupRows<levels>& at) {
    return hn::Load(D(), state + (2 * at.rows[member] + part(member)) * hn::Lanes(D()));
  }
  HWY_INLINE void load(const T* state, const GroupRows<levels>& at) {
    unroll<size>([&](auto member) TACIT_UNROLLED { of[member] = load_member<member>(state, at); });
    read_again();
  }
  HWY_INLINE void store(T* state, const GroupRows<levels>& at) const {
    unroll<size>([&](auto member) TACIT_UNROLLED {
      hn::Store(of[member], D(), state + (2 * at.rows[member] + part(member)) * hn::Lanes(D()));
    });
  }
  template <bool scaled, std::size_t level>
  HWY_INLINE void rotate_level(V cosine, V sine) {
    unroll<size / 2>([&](auto pair) TACIT_UNROLLED {
      constexpr std::size_t a = first_of_pair(level, pair), b = a | std::size_t{1} << level;
      const V before_a = of[a], before_b = of[b];
      of[a] = add_signed_product<keeps_sign(level, a)>(sine, before_b, times_cosine<scaled>(cosine, before_a));
      of[b] = add_signed_product<keeps_sign(level, b)>(sine, before_a, times_cosine<scaled>(cosine, before_b));
    });
  }
  /// this += rate * (-i P) source, P the level's string.
  template <std::size_t level>
  HWY_INLINE void add_generated_level(const HalfGroup& source, V rate) {
    unroll<size>([&](auto member) TACIT_UNROLLED {
      of[member] =
          add_signed_product<keeps_sign(level, member)>(rate, source.of[member ^ std::size_t{1} << level], of[member]);
    });
  }
  /// sum + the part of Re <lambda| -i P |this>, P the level's string, that one member of lambda, its part in the half,
  /// takes part in.
  template <std::size_t level, std::size_t member>
  HWY_INLINE V add_overlap(V lambda, V sum) const {
    return add_signed_product<keeps_sign(level, member)>(lambda, of[member ^ std::size_t{1} << level], sum);
  }

 private:
  template <bool adds>
  static HWY_INLINE V add_signed_product(V a, V b, V sum) {
    return adds ? hn::MulAdd(a, b, sum) : hn::NegMulAdd(a, b, sum);
  }
  template <bool scaled>
  static HWY_INLINE V times_cosine(V cosine, V value) {
    return scaled ? value : hn::Mul(cosine, value);
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
