// Two consecutive sweeps in one visit of four rows: half the loads and stores. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_JOINT_SWEEPS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_JOINT_SWEEPS_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_JOINT_SWEEPS_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_JOINT_SWEEPS_INL_H
#endif

#include <bit>
#include <utility>
#include <vector>

#include "quantum_sim/batch/sweep_shape-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// What a kernel for two joint sweeps is specialised for; both are scaled and sign-free.
struct JointShape {
  Sweep::Kind kind;
  bool has_phase;
};

/// The groups of four rows of two joint sweeps, numbered: group -> its row that comes first in both sweeps.
class JointRows {
 public:
  HWY_INLINE JointRows(const Sweep& one, const Sweep& two)
      : count_(std::size_t{1} << (one.dimension - 2)), pivots_{one.pivot, 0}, roles_{one.role, two.role} {
    // Reduced so that neither role holds the other's pivot: then the pivot bits follow from the rest one by one.
    if (roles_[1] >> pivots_[0] & 1) roles_[1] ^= roles_[0];
    pivots_[1] = static_cast<std::uint32_t>(std::bit_width(roles_[1])) - 1;
    if (roles_[0] >> pivots_[1] & 1) roles_[0] ^= roles_[1];
    if (pivots_[0] > pivots_[1]) {
      std::swap(pivots_[0], pivots_[1]);
      std::swap(roles_[0], roles_[1]);
    }
    low_ = (std::size_t{1} << pivots_[0]) - 1;
    high_ = (std::size_t{1} << pivots_[1]) - 1;
  }
  HWY_INLINE std::size_t count() const { return count_; }
  HWY_INLINE std::size_t first(std::size_t group) const {
    std::size_t row = ((group & ~low_) << 1) | (group & low_);
    row = ((row & ~high_) << 1) | (row & high_);
    const auto bits = static_cast<std::uint32_t>(row);
    return row ^ (parity_of(bits & roles_[0]) << pivots_[0]) ^ (parity_of(bits & roles_[1]) << pivots_[1]);
  }

 private:
  std::size_t count_, low_, high_;
  std::uint32_t pivots_[2], roles_[2];
};

HWY_INLINE bool are_joint(const std::uint8_t* scaled, const Sweep& one, const Sweep& two) {
  return one.joins_next && scaled[one.rotation_slot] && scaled[two.rotation_slot];
}

template <class Pass>
HWY_INLINE void run_joint(const Pass& pass, const Sweep& one, const Sweep& two) {
  constexpr auto real = Sweep::Kind::real, imaginary = Sweep::Kind::imaginary;
  const bool has_phase = one.phase_slot != no_slot;
  if (one.kind == real)
    return has_phase ? pass.template joint<JointShape{real, true}>(one, two)
                     : pass.template joint<JointShape{real, false}>(one, two);
  return has_phase ? pass.template joint<JointShape{imaginary, true}>(one, two)
                   : pass.template joint<JointShape{imaginary, false}>(one, two);
}

template <class Pass>
HWY_INLINE void run_sweeps(const Pass& pass) {
  const std::vector<Sweep>& sweeps = pass.tile.program->sweeps;
  for (std::size_t place = 0; place < sweeps.size(); ++place) {
    if (place + 1 < sweeps.size() && are_joint(pass.tile.scaled, sweeps[place], sweeps[place + 1])) {
      run_joint(pass, sweeps[place], sweeps[place + 1]);
      ++place;
    } else {
      run_sweep(pass, sweeps[place]);
    }
  }
}

template <class Pass>
HWY_INLINE void run_sweeps_in_reverse(const Pass& pass) {
  const std::vector<Sweep>& sweeps = pass.tile.program->sweeps;
  for (std::size_t left = sweeps.size(); left > 0; --left) {
    if (left > 1 && are_joint(pass.tile.scaled, sweeps[left - 2], sweeps[left - 1])) {
      run_joint(pass, sweeps[left - 2], sweeps[left - 1]);
      --left;
    } else {
      run_sweep(pass, sweeps[left - 1]);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
