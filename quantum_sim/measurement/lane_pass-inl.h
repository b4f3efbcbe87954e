// A matrix whose targets or controls lie within a vector of amplitudes. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_MEASUREMENT_LANE_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_MEASUREMENT_LANE_PASS_INL_H
#undef TACIT_QUANTUM_SIM_MEASUREMENT_LANE_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_MEASUREMENT_LANE_PASS_INL_H
#endif

#include <bit>

#include "hwy/highway.h"
#include "quantum_sim/measurement/amplitude_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// One vector of 64 bytes at most.
template <class T>
using AmplitudeTag = hn::CappedTag<T, 64 / sizeof(T)>;

/// `number` with a zero bit put in at every position from positions[from] on.
template <class T>
HWY_INLINE std::size_t insert_zeros(const MatrixPass<T>& pass, std::size_t from, std::size_t number) {
  for (std::size_t place = from; place < pass.positions_count; ++place) {
    const std::size_t below = (std::size_t{1} << pass.positions[place]) - 1;
    number = ((number & ~below) << 1) | (number & below);
  }
  return number;
}

/// The matrix over vectors instead of amplitudes. High targets number rows of vectors. Low ones move lanes: lane j of
/// an output is a sum over masks m of the low target bits, of lane j ^ m of the inputs times a coefficient of lane j.
/// So an input is a row with a mask, and coefficients are vectors. Lanes where a low control is 0 keep what they have.
template <std::size_t Rows, class T>
class LaneMatrix {
 public:
  using D = AmplitudeTag<T>;
  using V = hn::Vec<D>;
  using Index = hn::TFromD<hn::RebindToSigned<D>>;

  explicit LaneMatrix(const MatrixPass<T>& pass) : pass_(pass) {
    const D d;
    lanes_ = hn::Lanes(d);
    for (std::size_t place = 0; place < pass.targets; ++place) {
      const std::size_t bit = std::size_t{1} << pass.target_positions[place];
      (bit < lanes_ ? low_places_[low_count_++] : high_places_[high_count_++]) = place;
    }
    while (low_positions_ < pass.positions_count && (std::size_t{1} << pass.positions[low_positions_]) < lanes_)
      ++low_positions_;
    set_locals();
    for (std::size_t row = 0; row < rows(); ++row) {
      for (std::size_t column = 0; column < Rows; ++column) add_entry(row, column);
      ends_[row] = count_;
    }
  }

  std::size_t rows() const { return std::size_t{1} << high_count_; }
  std::size_t low_positions() const { return low_positions_; }

  /// The vectors of one place, whose first amplitude is `base`.
  HWY_INLINE void apply(std::size_t base) const {
    const D d;
    V real[Rows], imaginary[Rows];
    for (std::size_t row = 0; row < rows(); ++row) {
      hn::LoadInterleaved2(d, values(base, row), real[row], imaginary[row]);
      for (std::size_t move = 1; move < std::size_t{1} << low_count_; ++move) {
        const auto indices = hn::SetTableIndices(d, permutations_[move]);
        real[move << high_count_ | row] = hn::TableLookupLanes(real[row], indices);
        imaginary[move << high_count_ | row] = hn::TableLookupLanes(imaginary[row], indices);
      }
    }
    for (std::size_t row = 0, entry = 0; row < rows(); ++row) {
      V out_real = hn::Zero(d), out_imaginary = hn::Zero(d);
      for (; entry < ends_[row]; ++entry) {
        const V re = hn::Load(d, real_[entry]), im = hn::Load(d, imaginary_[entry]);
        const V in_real = real[columns_[entry]], in_imaginary = imaginary[columns_[entry]];
        out_real = hn::NegMulAdd(im, in_imaginary, hn::MulAdd(re, in_real, out_real));
        out_imaginary = hn::MulAdd(im, in_real, hn::MulAdd(re, in_imaginary, out_imaginary));
      }
      hn::StoreInterleaved2(out_real, out_imaginary, d, values(base, row));
    }
  }

 private:
  HWY_INLINE T* values(std::size_t base, std::size_t row) const {
    return reinterpret_cast<T*>(pass_.state + base + pass_.offsets[high_locals_[row]]);
  }

  /// Local indices of rows, lanes and moves: their bits at the places of the matrix's index.
  void set_locals() {
    for (std::size_t row = 0; row < rows(); ++row) {
      high_locals_[row] = 0;
      for (std::size_t bit = 0; bit < high_count_; ++bit) high_locals_[row] |= (row >> bit & 1) << high_places_[bit];
    }
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      low_locals_[lane] = 0;
      for (std::size_t bit = 0; bit < low_count_; ++bit)
        low_locals_[lane] |= (lane >> pass_.target_positions[low_places_[bit]] & 1) << low_places_[bit];
    }
    for (std::size_t move = 0; move < std::size_t{1} << low_count_; ++move) {
      masks_[move] = 0;
      for (std::size_t bit = 0; bit < low_count_; ++bit)
        masks_[move] |= (move >> bit & 1) << pass_.target_positions[low_places_[bit]];
      for (std::size_t lane = 0; lane < lanes_; ++lane)
        permutations_[move][lane] = static_cast<Index>(lane ^ masks_[move]);
    }
  }

  /// Unless its coefficients are zero in all lanes.
  void add_entry(std::size_t row, std::size_t column) {
    const std::size_t from_row = column & (rows() - 1), move = column >> high_count_;
    const std::size_t low_controls = pass_.control_bits & (lanes_ - 1);
    bool is_zero = true;
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const std::size_t to = high_locals_[row] | low_locals_[lane];
      const std::size_t from = high_locals_[from_row] | low_locals_[lane ^ masks_[move]];
      const bool acts = (lane & low_controls) == low_controls;
      const std::size_t place = to << pass_.targets | from;
      real_[count_][lane] = acts ? pass_.real[place] : static_cast<T>(row == from_row && move == 0);
      imaginary_[count_][lane] = acts ? pass_.imaginary[place] : T{0};
      is_zero = is_zero && real_[count_][lane] == 0 && imaginary_[count_][lane] == 0;
    }
    if (is_zero) return;
    columns_[count_++] = static_cast<std::uint8_t>(column);
  }

  // At least one target is low, or only controls are.
  static constexpr std::size_t max_entries = Rows * Rows;
  static constexpr std::size_t max_lanes = 64 / sizeof(T);

  const MatrixPass<T>& pass_;
  std::size_t lanes_ = 0, low_count_ = 0, high_count_ = 0, low_positions_ = 0, count_ = 0;
  std::size_t low_places_[6], high_places_[6];
  std::size_t high_locals_[Rows], low_locals_[pass_alignment], masks_[pass_alignment], ends_[Rows];
  std::uint8_t columns_[max_entries];
  HWY_ALIGN Index permutations_[pass_alignment][pass_alignment];
  HWY_ALIGN T real_[max_entries][max_lanes];
  HWY_ALIGN T imaginary_[max_entries][max_lanes];
};

/// Lane j of the only low target's matrix: what lane j and its partner, j with the target's bit flipped, give to it.
template <class T>
void one_lane_target_pass(const MatrixPass<T>& pass, std::size_t first, std::size_t end) {
  using D = AmplitudeTag<T>;
  using V = hn::Vec<D>;
  const D d;
  const std::size_t lanes = hn::Lanes(d), target = pass.target_positions[0], controls = pass.control_bits & (lanes - 1);
  HWY_ALIGN T own_re[pass_alignment], own_im[pass_alignment], other_re[pass_alignment], other_im[pass_alignment];
  HWY_ALIGN hn::TFromD<hn::RebindToSigned<D>> partners[pass_alignment];
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t bit = lane >> target & 1, own = 3 * bit, other = 2 * bit + (bit ^ 1);
    const bool acts = (lane & controls) == controls;
    own_re[lane] = acts ? pass.real[own] : T{1};
    own_im[lane] = acts ? pass.imaginary[own] : T{0};
    other_re[lane] = acts ? pass.real[other] : T{0};
    other_im[lane] = acts ? pass.imaginary[other] : T{0};
    partners[lane] = static_cast<hn::TFromD<hn::RebindToSigned<D>>>(lane ^ (std::size_t{1} << target));
  }
  const V a_re = hn::Load(d, own_re), a_im = hn::Load(d, own_im);
  const V b_re = hn::Load(d, other_re), b_im = hn::Load(d, other_im);
  const auto indices = hn::SetTableIndices(d, partners);
  std::size_t low = 0;
  while (low < pass.positions_count && (std::size_t{1} << pass.positions[low]) < lanes) ++low;
  const std::size_t high_controls = pass.control_bits & ~(lanes - 1);
  for (std::size_t vector = (first << low) / lanes; vector < (end << low) / lanes; ++vector) {
    T* values = reinterpret_cast<T*>(pass.state + (insert_zeros(pass, low, vector * lanes) | high_controls));
    V re, im;
    hn::LoadInterleaved2(d, values, re, im);
    const V moved_re = hn::TableLookupLanes(re, indices), moved_im = hn::TableLookupLanes(im, indices);
    V out_re = hn::NegMulAdd(a_im, im, hn::Mul(a_re, re)), out_im = hn::MulAdd(a_im, re, hn::Mul(a_re, im));
    out_re = hn::NegMulAdd(b_im, moved_im, hn::MulAdd(b_re, moved_re, out_re));
    out_im = hn::MulAdd(b_im, moved_re, hn::MulAdd(b_re, moved_im, out_im));
    hn::StoreInterleaved2(out_re, out_im, d, values);
  }
}

template <std::size_t Rows, class T>
void lane_pass(const MatrixPass<T>& pass, std::size_t first, std::size_t end) {
  if (Rows == 2 && (std::size_t{1} << pass.target_positions[0]) < hn::Lanes(AmplitudeTag<T>()))
    return one_lane_target_pass(pass, first, end);
  const LaneMatrix<Rows, T> matrix(pass);
  const std::size_t lanes = hn::Lanes(AmplitudeTag<T>()), low = matrix.low_positions();
  const std::size_t high_controls = pass.control_bits & ~(lanes - 1);
  // The same share of the vectors as of the rests: both are powers of two.
  for (std::size_t vector = (first << low) / lanes; vector < (end << low) / lanes; ++vector)
    matrix.apply(insert_zeros(pass, low, vector * lanes) | high_controls);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif
