// A matrix or diagonal on up to 6 targets of a state. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_MEASUREMENT_MATRIX_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_MEASUREMENT_MATRIX_PASS_INL_H
#undef TACIT_QUANTUM_SIM_MEASUREMENT_MATRIX_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_MEASUREMENT_MATRIX_PASS_INL_H
#endif

#include <algorithm>
#include <bit>

#include "hwy/highway.h"
#include "quantum_sim/measurement/amplitude_kernels.h"
#include "quantum_sim/measurement/lane_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The amplitude of rest `rest` whose targets are all 0: a zero bit goes in at every position, then controls are set.
template <class T>
HWY_INLINE std::size_t insert_bits(const MatrixPass<T>& pass, std::size_t rest) {
  return insert_zeros(pass, 0, rest) | pass.control_bits;
}

/// The amplitudes of Lanes consecutive rests, as real and imaginary parts by row. Rests that lie side by side in memory
/// are loaded as they lie, those of the smallest states one by one.
template <std::size_t Rows, class T>
struct RestBlock {
  using D = AmplitudeTag<T>;
  using V = hn::Vec<D>;
  V real[Rows], imaginary[Rows];

  HWY_INLINE void load_run(const MatrixPass<T>& pass, std::size_t base) {
    const D d;
    const T* values = reinterpret_cast<const T*>(pass.state + base);
    for (std::size_t row = 0; row < Rows; ++row)
      hn::LoadInterleaved2(d, values + 2 * pass.offsets[row], real[row], imaginary[row]);
  }
  HWY_INLINE void load_scattered(const MatrixPass<T>& pass, const std::size_t* bases, std::size_t count) {
    const D d;
    HWY_ALIGN T re[pass_alignment] = {}, im[pass_alignment] = {};
    for (std::size_t row = 0; row < Rows; ++row) {
      for (std::size_t lane = 0; lane < count; ++lane) {
        const std::complex<T> amplitude = pass.state[bases[lane] + pass.offsets[row]];
        re[lane] = amplitude.real();
        im[lane] = amplitude.imag();
      }
      real[row] = hn::Load(d, re);
      imaginary[row] = hn::Load(d, im);
    }
  }
};

template <class T, class V>
HWY_INLINE void store_scattered(const MatrixPass<T>& pass, const std::size_t* bases, std::size_t count, std::size_t row,
                                V real, V imaginary) {
  const AmplitudeTag<T> d;
  HWY_ALIGN T re[pass_alignment], im[pass_alignment];
  hn::Store(real, d, re);
  hn::Store(imaginary, d, im);
  for (std::size_t lane = 0; lane < count; ++lane)
    pass.state[bases[lane] + pass.offsets[row]] = std::complex<T>(re[lane], im[lane]);
}

enum class Shape { dense, dense_real, sparse };

/// Row `row` of matrix times block.
template <std::size_t Rows, Shape shape, class T>
HWY_INLINE void output_row(const MatrixPass<T>& pass, const RestBlock<Rows, T>& block, std::size_t row,
                           hn::Vec<AmplitudeTag<T>>& real, hn::Vec<AmplitudeTag<T>>& imaginary) {
  const AmplitudeTag<T> d;
  real = imaginary = hn::Zero(d);
  std::size_t first = 0, end = Rows;
  if constexpr (shape == Shape::sparse) first = pass.row_starts[row], end = pass.row_starts[row + 1];
  for (std::size_t place = first; place < end; ++place) {
    const std::size_t column = shape == Shape::sparse ? pass.columns[place] : place, entry = row * Rows + column;
    const auto re = hn::Set(d, pass.real[entry]);
    real = hn::MulAdd(re, block.real[column], real);
    imaginary = hn::MulAdd(re, block.imaginary[column], imaginary);
    if constexpr (shape != Shape::dense_real) {
      const auto im = hn::Set(d, pass.imaginary[entry]);
      real = hn::NegMulAdd(im, block.imaginary[column], real);
      imaginary = hn::MulAdd(im, block.real[column], imaginary);
    }
  }
}

/// Rests that lie side by side: no target or control within a vector.
template <std::size_t Rows, Shape shape, class T>
void run_pass(const MatrixPass<T>& pass, std::size_t first, std::size_t end) {
  const AmplitudeTag<T> d;
  RestBlock<Rows, T> block;
  hn::Vec<AmplitudeTag<T>> real, imaginary;
  for (std::size_t rest = first; rest < end; rest += hn::Lanes(d)) {
    const std::size_t base = insert_bits(pass, rest);
    block.load_run(pass, base);
    T* values = reinterpret_cast<T*>(pass.state + base);
    for (std::size_t row = 0; row < Rows; ++row) {
      output_row<Rows, shape>(pass, block, row, real, imaginary);
      hn::StoreInterleaved2(real, imaginary, d, values + 2 * pass.offsets[row]);
    }
  }
}

/// States smaller than a vector.
template <std::size_t Rows, class T>
void scattered_pass(const MatrixPass<T>& pass, std::size_t first, std::size_t end) {
  RestBlock<Rows, T> block;
  hn::Vec<AmplitudeTag<T>> real, imaginary;
  const std::size_t count = end - first;
  std::size_t bases[pass_alignment];
  for (std::size_t lane = 0; lane < count; ++lane) bases[lane] = insert_bits(pass, first + lane);
  block.load_scattered(pass, bases, count);
  for (std::size_t row = 0; row < Rows; ++row) {
    output_row<Rows, Shape::dense>(pass, block, row, real, imaginary);
    store_scattered(pass, bases, count, row, real, imaginary);
  }
}

/// Of a diagonal every row stands alone.
template <class T>
void diagonal_run_pass(const MatrixPass<T>& pass, std::size_t first, std::size_t end) {
  const AmplitudeTag<T> d;
  const std::size_t rows = std::size_t{1} << pass.targets;
  for (std::size_t row = 0; row < rows; ++row) {
    const T entry_real = pass.real[row * (rows + 1)], entry_imaginary = pass.imaginary[row * (rows + 1)];
    if (entry_real == 1 && entry_imaginary == 0) continue;
    const auto re = hn::Set(d, entry_real), im = hn::Set(d, entry_imaginary);
    for (std::size_t rest = first; rest < end; rest += hn::Lanes(d)) {
      T* values = reinterpret_cast<T*>(pass.state + insert_bits(pass, rest) + pass.offsets[row]);
      hn::Vec<AmplitudeTag<T>> real, imaginary;
      hn::LoadInterleaved2(d, values, real, imaginary);
      hn::StoreInterleaved2(hn::NegMulAdd(im, imaginary, hn::Mul(re, real)),
                            hn::MulAdd(im, real, hn::Mul(re, imaginary)), d, values);
    }
  }
}

template <std::size_t Rows, class T>
void sized_matrix_pass(const MatrixPass<T>& pass, std::size_t first, std::size_t end) {
  const std::size_t lanes = hn::Lanes(AmplitudeTag<T>());
  if ((pass.rests << pass.positions_count) < lanes) return scattered_pass<Rows>(pass, first, end);
  if ((std::size_t{1} << pass.positions[0]) < lanes) return lane_pass<Rows>(pass, first, end);
  if (pass.is_diagonal) return diagonal_run_pass(pass, first, end);
  if (pass.is_sparse) return run_pass<Rows, Shape::sparse>(pass, first, end);
  if (pass.is_real) return run_pass<Rows, Shape::dense_real>(pass, first, end);
  return run_pass<Rows, Shape::dense>(pass, first, end);
}

template <class T>
void matrix_pass(const MatrixPass<T>& pass, std::size_t first, std::size_t end) {
  switch (pass.targets) {
    case 1:
      return sized_matrix_pass<2>(pass, first, end);
    case 2:
      return sized_matrix_pass<4>(pass, first, end);
    case 3:
      return sized_matrix_pass<8>(pass, first, end);
    case 4:
      return sized_matrix_pass<16>(pass, first, end);
    case 5:
      return sized_matrix_pass<32>(pass, first, end);
    default:
      return sized_matrix_pass<64>(pass, first, end);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif
