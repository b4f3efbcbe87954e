// The rows that the sweeps of one visit couple, and the plain rotations on them. Compiled once for each instruction
// set.
#if defined(TACIT_QUANTUM_SIM_BATCH_GROUP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_GROUP_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_GROUP_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_GROUP_INL_H
#endif

#include <utility>

#include "quantum_sim/batch/visits-inl.h"

/// Of the bodies given to unroll: a call, however rare, would force all amplitudes into memory.
#undef TACIT_UNROLLED
#define TACIT_UNROLLED HWY_ATTR __attribute__((always_inline))

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// Calls body with the constants 0 .. count - 1, written out one after the other.
template <std::size_t... index, class Body>
HWY_INLINE void unroll(std::index_sequence<index...>, const Body& body) {
  (body(std::integral_constant<std::size_t, index>()), ...);
}
template <std::size_t count, class Body>
HWY_INLINE void unroll(const Body& body) {
  unroll(std::make_index_sequence<count>(), body);
}

/// The first member of the pair-th pair of a level among 2^levels rows: a zero inserted at bit `level`.
constexpr std::size_t first_of_pair(std::size_t level, std::size_t pair) {
  return ((pair >> level) << (level + 1)) | (pair & ((std::size_t{1} << level) - 1));
}

/// Member m of a group is its first row XOR the flips of the levels whose bits are set in m.
template <std::size_t levels>
struct GroupRows {
  std::size_t rows[std::size_t{1} << levels];
  HWY_INLINE GroupRows(const Visit& visit, std::size_t first) {
    rows[0] = first;
    unroll<levels>([&](auto level) TACIT_UNROLLED {
      unroll<(std::size_t{1} << level)>([&](auto member) TACIT_UNROLLED {
        rows[member | std::size_t{1} << level] = rows[member] ^ visit.flips[level];
      });
    });
  }
};

/// Keeps the compiler from holding in registers, or spilling, what may be read again instead.
HWY_INLINE void read_again() {
  asm volatile("" ::: "memory");
}

/// The amplitudes of a group in one state.
template <class D, std::size_t levels>
struct Group {
  static constexpr std::size_t size = std::size_t{1} << levels;
  Amplitude<D> of[size];

  HWY_INLINE void load(const hn::TFromD<D>* state, const GroupRows<levels>& at) {
    unroll<size>([&](auto member) TACIT_UNROLLED { of[member] = load_row(D(), state, at.rows[member]); });
    // Else the compiler reads a row once for each use of it.
    read_again();
  }
  HWY_INLINE void store(hn::TFromD<D>* state, const GroupRows<levels>& at) const {
    unroll<size>([&](auto member) TACIT_UNROLLED { store_row(D(), of[member], state, at.rows[member]); });
  }
  template <std::size_t level, std::size_t pair>
  HWY_INLINE Pair<D> get() const {
    constexpr std::size_t a = first_of_pair(level, pair);
    return {of[a], of[a | std::size_t{1} << level]};
  }
  template <std::size_t level, std::size_t pair>
  HWY_INLINE void set(const Pair<D>& value) {
    constexpr std::size_t a = first_of_pair(level, pair);
    of[a] = value.a;
    of[a | std::size_t{1} << level] = value.b;
  }
  template <Sweep::Kind kind, bool scaled, std::size_t level>
  HWY_INLINE void rotate_level(hn::Vec<D> cosine, hn::Vec<D> sine) {
    unroll<size / 2>([&](auto pair)
                         TACIT_UNROLLED { set<level, pair>(rotate<kind, scaled>(get<level, pair>(), cosine, sine)); });
  }
  /// this += rate * (-i P) source, P the level's string.
  template <Sweep::Kind kind, std::size_t level>
  HWY_INLINE void add_generated_level(const Group& source, hn::Vec<D> rate) {
    unroll<size / 2>([&](auto pair) TACIT_UNROLLED {
      set<level, pair>(add_generated<kind>(get<level, pair>(), source.template get<level, pair>(), rate));
    });
  }
};

/// Re <lambda| -i P |psi> over a group, P the level's string.
template <Sweep::Kind kind, std::size_t level, class D, std::size_t levels>
HWY_INLINE hn::Vec<D> level_overlap(const Group<D, levels>& lambda, const Group<D, levels>& psi) {
  const auto overlap = [&](auto pair) TACIT_UNROLLED {
    return rotation_overlap<kind>(lambda.template get<level, pair>(), psi.template get<level, pair>());
  };
  auto sum = overlap(std::integral_constant<std::size_t, 0>());
  unroll<Group<D, levels>::size / 2 - 1>([&](auto before) TACIT_UNROLLED {
    sum = hn::Add(sum, overlap(std::integral_constant<std::size_t, before + 1>()));
  });
  return sum;
}

/// Adds to the overlaps of all levels what one member of lambda takes part in: so lambda, if the registers do not hold
/// it beside psi, is read only once.
template <Sweep::Kind kind, std::size_t member, class D, std::size_t levels>
HWY_INLINE void add_member_overlaps(const Amplitude<D>& lambda, const Group<D, levels>& psi,
                                    hn::Vec<D> (&overlaps)[levels]) {
  unroll<levels>([&](auto level) TACIT_UNROLLED {
    constexpr std::size_t bit = std::size_t{1} << level;
    const Amplitude<D>& other = psi.of[member ^ bit];
    hn::Vec<D>& sum = overlaps[level];
    if constexpr (kind == Sweep::Kind::imaginary)
      sum = hn::NegMulAdd(lambda.im, other.re, hn::MulAdd(lambda.re, other.im, sum));
    else if constexpr ((member & bit) != 0)
      sum = hn::MulAdd(lambda.im, other.im, hn::MulAdd(lambda.re, other.re, sum));
    else
      sum = hn::NegMulAdd(lambda.im, other.im, hn::NegMulAdd(lambda.re, other.re, sum));
  });
}

/// The factor by which undoing one level changes an overlap of two states: |cosine + i sine|^2.
template <class V>
HWY_INLINE V growth(V cosine, V sine) {
  return hn::MulAdd(sine, sine, hn::Mul(cosine, cosine));
}

/// Whether a level of plain rotations has its sign changed on a group. The first row of a real pair is the one without.
template <Sweep::Kind kind>
HWY_INLINE std::size_t sign_parity(const Visit& visit, std::size_t level, const GroupWalk& walk) {
  return kind == Sweep::Kind::real ? 0 : parity_of(walk.row() & visit.signs[level]);
}

/// sum + the level's overlap, whose sign changes if `odd`.
template <Sweep::Kind kind, class V>
HWY_INLINE V add_signed(V sum, V overlap, const Signed<V>& sign, std::size_t odd) {
  return kind == Sweep::Kind::real ? hn::Add(overlap, sum) : hn::MulAdd(sign(odd), overlap, sum);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
