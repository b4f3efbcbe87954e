#include "quantum_sim/noise/operator_overlap.h"

#include <algorithm>
#include <vector>

namespace tacit::quantum_sim {
namespace {

// Sums are taken in this many parts, whatever the pool.
constexpr std::size_t most_parts = 64;
constexpr std::size_t fewest_shared = std::size_t{1} << 12;

template <std::size_t count>
struct Sums {
  std::array<double, count> re{}, im{};

  /// conj(left) * right.
  template <class T>
  void add(std::size_t place, std::complex<T> left, std::complex<T> right) {
    const double a = left.real(), b = left.imag(), c = right.real(), d = right.imag();
    re[place] += a * c + b * d;
    im[place] += a * d - b * c;
  }
};

/// Calls add(number, sums) for number < count, and returns all sums.
template <std::size_t size, class Add>
std::array<std::complex<double>, size> summed(std::size_t count, ThreadPool* pool, const Add& add) {
  const std::size_t parts = std::min(count, most_parts);
  std::vector<Sums<size>> of_part(parts);
  const auto run = [&](std::size_t part) {
    Sums<size> sums;
    for (std::size_t number = count * part / parts; number < count * (part + 1) / parts; ++number) add(number, sums);
    of_part[part] = sums;
  };
  if (pool && count >= fewest_shared)
    pool->for_each(parts, run);
  else
    for (std::size_t part = 0; part < parts; ++part) run(part);
  std::array<std::complex<double>, size> result{};
  for (const Sums<size>& sums : of_part)
    for (std::size_t place = 0; place < size; ++place)
      result[place] += std::complex<double>(sums.re[place], sums.im[place]);
  return result;
}

/// Inserts a zero at a bit.
std::uint64_t widened(std::uint64_t number, std::uint32_t bit) {
  const std::uint64_t low = (std::uint64_t{1} << bit) - 1;
  return ((number & ~low) << 1) | (number & low);
}

}  // namespace

template <class T>
std::array<std::complex<double>, 16> local_overlap(const BasicDensityMatrix<T>& left,
                                                   const BasicDensityMatrix<T>& right, std::uint32_t qubit,
                                                   ThreadPool* pool) {
  const std::uint64_t ket = std::uint64_t{1} << qubit, bra = ket << left.qubits();
  const std::uint64_t offsets[4] = {0, ket, bra, ket | bra};
  const auto l = left.elements(), r = right.elements();
  return summed<16>(l.size() / 4, pool, [&](std::size_t number, Sums<16>& sums) {
    const std::uint64_t place = widened(widened(number, qubit), qubit + left.qubits());
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t b = 0; b < 4; ++b) sums.add(4 * a + b, l[place | offsets[a]], r[place | offsets[b]]);
  });
}

template <class T>
std::array<std::complex<double>, 4> ket_overlap(const BasicDensityMatrix<T>& left, const BasicDensityMatrix<T>& right,
                                                std::uint32_t qubit, std::uint64_t controls, ThreadPool* pool) {
  const std::uint64_t ket = std::uint64_t{1} << qubit;
  const auto l = left.elements(), r = right.elements();
  return summed<4>(l.size() / 2, pool, [&](std::size_t number, Sums<4>& sums) {
    const std::uint64_t place = widened(number, qubit);
    if ((place & controls) != controls) return;
    for (std::size_t a = 0; a < 2; ++a)
      for (std::size_t b = 0; b < 2; ++b) sums.add(2 * a + b, l[place | a * ket], r[place | b * ket]);
  });
}

template <class T>
std::array<std::complex<double>, 2> pauli_overlap(const BasicDensityMatrix<T>& left, const BasicDensityMatrix<T>& right,
                                                  const Pauli& pauli, std::uint64_t controls, ThreadPool* pool) {
  const auto l = left.elements(), r = right.elements();
  auto result = summed<2>(l.size(), pool, [&](std::size_t place, Sums<2>& sums) {
    if ((place & controls) != controls) return;
    // P|j> = i^phase (-1)^parity(j & z) |j ^ x>.
    const std::complex<T> moved = r[place ^ pauli.x];
    sums.add(0, l[place], r[place]);
    sums.add(1, l[place], parity((place ^ pauli.x) & pauli.z) ? -moved : moved);
  });
  const std::complex<double> powers[4] = {1, {0, 1}, -1, {0, -1}};
  result[1] *= powers[pauli.phase & 3];
  return result;
}

#define TACIT_OVERLAPS(T)                                                                                              \
  template std::array<std::complex<double>, 16> local_overlap(                                                         \
      const BasicDensityMatrix<T>&, const BasicDensityMatrix<T>&, std::uint32_t, ThreadPool*);                         \
  template std::array<std::complex<double>, 4> ket_overlap(const BasicDensityMatrix<T>&, const BasicDensityMatrix<T>&, \
                                                           std::uint32_t, std::uint64_t, ThreadPool*);                 \
  template std::array<std::complex<double>, 2> pauli_overlap(                                                          \
      const BasicDensityMatrix<T>&, const BasicDensityMatrix<T>&, const Pauli&, std::uint64_t, ThreadPool*);
TACIT_OVERLAPS(float)
TACIT_OVERLAPS(double)
#undef TACIT_OVERLAPS

}  // namespace tacit::quantum_sim
