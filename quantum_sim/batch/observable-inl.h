// Pauli strings of the observables on a state: expectation values and the start of the adjoint sweep. Compiled once for
// each instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_OBSERVABLE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_OBSERVABLE_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_OBSERVABLE_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_OBSERVABLE_INL_H
#endif

#include "quantum_sim/batch/visits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// By row, of a group of several strings.
template <class T>
HWY_INLINE const T* weights_of(const Tile<T>& tile, const MeasuredGroup& group) {
  return tile.measured_weights + group.weights * tile.program->rows();
}

/// Re <left| P |right>, a vector of samples.
template <class D>
HWY_NOINLINE hn::Vec<D> matrix_element(D d, const MeasuredTerm& term, std::size_t rows, const hn::TFromD<D>* left,
                                       const hn::TFromD<D>* right) {
  const Signed<hn::Vec<D>> sign(hn::Set(d, 1));
  auto sum = hn::Zero(d);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t from = row ^ term.x;
    const Amplitude<D> bra = load_row(d, left, row), ket = load_row(d, right, from);
    const auto value = term.imaginary ? hn::NegMulAdd(bra.re, ket.im, hn::Mul(bra.im, ket.re))
                                      : hn::MulAdd(bra.im, ket.im, hn::Mul(bra.re, ket.re));
    sum = hn::MulAdd(sign(parity_of(static_cast<std::uint32_t>(from) & term.z)), value, sum);
  }
  return sum;
}

/// The sum of matrix elements of a group's strings, whose first is `term`; `weights` [rows].
template <class D>
HWY_NOINLINE hn::Vec<D> sum_of_elements(D d, const MeasuredTerm& term, const hn::TFromD<D>* weights, std::size_t rows,
                                        const hn::TFromD<D>* left, const hn::TFromD<D>* right) {
  auto sum = hn::Zero(d);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t from = row ^ term.x;
    const Amplitude<D> bra = load_row(d, left, row), ket = load_row(d, right, from);
    const auto value = term.imaginary ? hn::NegMulAdd(bra.re, ket.im, hn::Mul(bra.im, ket.re))
                                      : hn::MulAdd(bra.im, ket.im, hn::Mul(bra.re, ket.re));
    sum = hn::MulAdd(hn::Set(d, weights[from]), value, sum);
  }
  return sum;
}

/// outputs[k] = factor * Re <left| O_k |right> for the tile's columns from `column` on.
template <class D, class T>
HWY_INLINE void measure(D d, const Tile<T>& tile, std::size_t column, const T* left, const T* right, T factor,
                        T* outputs) {
  const Program& program = *tile.program;
  for (std::size_t output = 0; output < program.outputs; ++output)
    hn::Store(hn::Zero(d), d, outputs + output * tile_width<T> + column);
  for (const MeasuredGroup& group : tile.measured_groups) {
    const MeasuredTerm& term = program.measured[group.term];
    T* place = outputs + term.output * tile_width<T> + column;
    const bool is_sum = group.weights != MeasuredGroup::no_weights;
    const T coefficient = is_sum ? T{1} : tile.measured_coefficients[group.term];
    const auto weight = hn::Set(d, factor * tile.output_factor * coefficient);
    const auto value = is_sum ? sum_of_elements(d, term, weights_of(tile, group), program.rows(), left, right)
                              : matrix_element(d, term, program.rows(), left, right);
    hn::Store(hn::MulAdd(weight, value, hn::Load(d, place)), d, place);
  }
}

/// target += sum of a group's strings * source, times `weight`.
template <class D>
HWY_NOINLINE void add_sum(D d, const MeasuredTerm& term, const hn::TFromD<D>* weights, hn::Vec<D> weight,
                          std::size_t rows, const hn::TFromD<D>* source, hn::TFromD<D>* target) {
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t from = row ^ term.x;
    const auto scale = hn::Mul(weight, hn::Set(d, weights[from]));
    const Amplitude<D> in = load_row(d, source, from);
    Amplitude<D> out = load_row(d, target, row);
    if (term.imaginary) {
      out = add_turned(out, in, scale);
    } else {
      out = {hn::MulAdd(scale, in.re, out.re), hn::MulAdd(scale, in.im, out.im)};
    }
    store_row(d, out, target, row);
  }
}

template <class D>
HWY_INLINE void clear(D d, hn::TFromD<D>* state, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) store_row(d, zero_amplitude(d), state, row);
}

/// target += weight * P * source.
template <class D>
HWY_NOINLINE void add_pauli(D d, const MeasuredTerm& term, hn::Vec<D> weight, std::size_t rows,
                            const hn::TFromD<D>* source, hn::TFromD<D>* target) {
  const Signed<hn::Vec<D>> signed_weight(weight);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t from = row ^ term.x;
    const auto scale = signed_weight(parity_of(static_cast<std::uint32_t>(from) & term.z));
    const Amplitude<D> in = load_row(d, source, from);
    Amplitude<D> out = load_row(d, target, row);
    if (term.imaginary) {
      out = add_turned(out, in, scale);
    } else {
      out = {hn::MulAdd(scale, in.re, out.re), hn::MulAdd(scale, in.im, out.im)};
    }
    store_row(d, out, target, row);
  }
}

/// target += sum_k upstream[k] O_k source.
template <class D, class T>
HWY_INLINE void add_observables(D d, const Tile<T>& tile, std::size_t column, const T* upstream, const T* source,
                                T* target) {
  const Program& program = *tile.program;
  for (const MeasuredGroup& group : tile.measured_groups) {
    const MeasuredTerm& term = program.measured[group.term];
    const auto weight = hn::Load(d, upstream + term.output * tile_width<T> + column);
    if (group.weights != MeasuredGroup::no_weights)
      add_sum(d, term, weights_of(tile, group), weight, program.rows(), source, target);
    else
      add_pauli(d, term, hn::Mul(hn::Set(d, tile.measured_coefficients[group.term]), weight), program.rows(), source,
                target);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
