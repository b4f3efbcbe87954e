#include "quantum_sim/noise/density_matrix.h"

#include <Eigen/Dense>
#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/measurement/expectation.h"
#include "quantum_sim/measurement/probabilities.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

template <class T>
std::uint32_t doubled(std::uint32_t qubits) {
  BasicDensityMatrix<T>::require_room(qubits);
  return 2 * qubits;
}

/// i^power times `value`, real part.
double real_part(std::complex<double> value, int power) {
  switch (power & 3) {
    case 0:
      return value.real();
    case 1:
      return -value.imag();
    case 2:
      return -value.real();
    default:
      return value.imag();
  }
}

using Dense = Eigen::MatrixXcd;

Dense dense(const DensityMatrix& rho) {
  const auto rows = static_cast<Eigen::Index>(rho.rows());
  return Eigen::Map<const Dense>(rho.elements().data(), rows, rows);
}

Dense square_root(const Dense& positive) {
  const Eigen::SelfAdjointEigenSolver<Dense> solver(positive);
  const Eigen::VectorXd roots = solver.eigenvalues().cwiseMax(0).cwiseSqrt();
  return solver.eigenvectors() * roots.asDiagonal() * solver.eigenvectors().adjoint();
}

}  // namespace

template <class T>
void BasicDensityMatrix<T>::require_room(std::uint32_t qubits) {
  // 16 * 4^29 still fits into 64 bits. Memory first: it is what people run out of.
  constexpr std::uint32_t countable = 29;
  if (qubits <= countable)
    require_memory(std::uint64_t{sizeof(std::complex<T>)} << 2 * qubits, available_memory(),
                   fmt::format("a density matrix of {} qubits", qubits));
  if (qubits == 0 || qubits > max_qubits)
    fail(ErrorKind::usage, "a density matrix has 1 to {} qubits, not {}", max_qubits, qubits);
}

template <class T>
BasicDensityMatrix<T>::BasicDensityMatrix(std::uint32_t qubits, ThreadPool* pool)
    : qubits_(qubits), vector_(doubled<T>(qubits), pool) {}

template <class T>
void BasicDensityMatrix<T>::set_pure(std::span<const std::complex<double>> state) {
  if (state.size() != rows())
    fail(ErrorKind::usage, "a pure state of {} qubits has {} amplitudes, not {}", qubits_, rows(), state.size());
  for (std::size_t bra = 0; bra < rows(); ++bra)
    for (std::size_t ket = 0; ket < rows(); ++ket)
      vector_.values()[ket | bra << qubits_] = std::complex<T>(state[ket] * std::conj(state[bra]));
}

template <class T>
void BasicDensityMatrix<T>::apply(const LocalMap& map) {
  apply_to_kets(map);
  apply_to_bras(map);
}

template <class T>
void BasicDensityMatrix<T>::apply_to_kets(const LocalMap& map) {
  vector_.apply(map);
}

template <class T>
void BasicDensityMatrix<T>::apply_to_bras(const LocalMap& map) {
  vector_.apply(conjugated(map, qubits_));
}

template <class T>
void BasicDensityMatrix<T>::set_observables(std::span<const Observable> observables, std::span<const double> weights) {
  std::fill(vector_.values().begin(), vector_.values().end(), std::complex<T>(0));
  for (std::size_t output = 0; output < observables.size(); ++output) {
    require_observable(observables[output], qubits_);
    for (const PauliTerm& term : observables[output].terms) {
      // P|k> = i^|x & z| (-1)^parity(k & z) |k ^ x>.
      const double weight = weights[output] * term.coefficient;
      const int power = std::popcount(term.x_mask & term.z_mask);
      const std::complex<double> factor(real_part(weight, power), real_part({0, -weight}, power));
      for (std::uint64_t bra = 0; bra < rows(); ++bra)
        vector_.values()[(bra ^ term.x_mask) | bra << qubits_] +=
            std::complex<T>(parity(bra & term.z_mask) ? -factor : factor);
    }
  }
}

template <class T>
void BasicDensityMatrix<T>::apply(const Channel& channel, std::span<const std::uint32_t> qubits) {
  if (qubits.size() != channel.qubits())
    fail(ErrorKind::usage, "channel '{}' acts on {} qubits, not {}", channel.name(), channel.qubits(), qubits.size());
  apply_superoperator(qubits, channel.superoperator());
}

template <class T>
void BasicDensityMatrix<T>::apply_superoperator(std::span<const std::uint32_t> qubits,
                                                std::span<const std::complex<double>> matrix) {
  require_distinct("a channel", qubits, qubits_);
  if (qubits.empty() || qubits.size() > Channel::max_qubits || matrix.size() != std::size_t{1} << 4 * qubits.size())
    fail(ErrorKind::usage, "a superoperator acts on 1 to {} qubits with 16^k entries, not on {} with {}",
         Channel::max_qubits, qubits.size(), matrix.size());
  LocalMap map;
  map.targets.assign(qubits.begin(), qubits.end());
  for (const std::uint32_t qubit : qubits) map.targets.push_back(qubit + qubits_);
  map.entries.assign(matrix.begin(), matrix.end());
  vector_.apply(map);
}

template <class T>
void BasicDensityMatrix<T>::measure(std::uint32_t qubit) {
  require_distinct("measurement", {&qubit, 1}, qubits_);
  LocalMap map;
  map.form = LocalMap::Form::diagonal;
  map.targets = {qubit, qubit + qubits_};
  map.entries = {1, 0, 0, 1};
  vector_.apply(map);
}

template <class T>
void BasicDensityMatrix<T>::reset(std::uint32_t qubit) {
  // K_0 = |0><0|, K_1 = |0><1|: both diagonal elements add up in the first.
  std::vector<std::complex<double>> matrix(16);
  matrix[0] = matrix[3] = 1;
  apply_superoperator({&qubit, 1}, matrix);
}

template <class T>
void BasicDensityMatrix<T>::undo_reset(std::uint32_t qubit) {
  // The transpose: <0|O|0> goes to both diagonal elements.
  std::vector<std::complex<double>> matrix(16);
  matrix[0] = matrix[12] = 1;
  apply_superoperator({&qubit, 1}, matrix);
}

template <class T>
double BasicDensityMatrix<T>::trace() const noexcept {
  double sum = 0;
  for (std::size_t j = 0; j < rows(); ++j) sum += element(j, j).real();
  return sum;
}

template <class T>
double BasicDensityMatrix<T>::purity() const noexcept {
  return vector_.weight();
}

template <class T>
double BasicDensityMatrix<T>::expectation(const Observable& observable) const {
  require_observable(observable, qubits_);
  double total = 0;
  for (const PauliTerm& term : observable.terms) {
    // Tr(rho P) = sum_j <j|rho P|j>, and P|j> = i^|x & z| (-1)^parity(j & z) |j ^ x>.
    std::complex<double> sum = 0;
    for (std::size_t j = 0; j < rows(); ++j) {
      const std::complex<double> value = element(j, j ^ term.x_mask);
      sum += parity(j & term.z_mask) ? -value : value;
    }
    total += term.coefficient * real_part(sum, std::popcount(term.x_mask & term.z_mask));
  }
  return total;
}

template <class T>
std::vector<double> BasicDensityMatrix<T>::probabilities() const {
  std::vector<double> result(rows());
  for (std::size_t j = 0; j < rows(); ++j) result[j] = std::max(0.0, element(j, j).real());
  return result;
}

template <class T>
double BasicDensityMatrix<T>::fidelity(std::span<const std::complex<double>> state) const {
  if (state.size() != rows())
    fail(ErrorKind::usage, "a pure state of {} qubits has {} amplitudes, not {}", qubits_, rows(), state.size());
  std::complex<double> sum = 0;
  for (std::size_t bra = 0; bra < rows(); ++bra) {
    std::complex<double> column = 0;
    for (std::size_t ket = 0; ket < rows(); ++ket) column += std::conj(state[ket]) * element(ket, bra);
    sum += column * state[bra];
  }
  return sum.real();
}

template <class T>
BasicDensityMatrix<T> BasicDensityMatrix<T>::partial_trace(std::span<const std::uint32_t> kept) const {
  require_distinct("partial trace", kept, qubits_);
  BasicDensityMatrix result(static_cast<std::uint32_t>(kept.size()));
  std::uint64_t mask = 0;
  for (const std::uint32_t qubit : kept) mask |= std::uint64_t{1} << qubit;
  const auto spread = [&](std::uint64_t local) {
    std::uint64_t index = 0;
    for (std::size_t place = 0; place < kept.size(); ++place) index |= (local >> place & 1) << kept[place];
    return index;
  };
  for (std::uint64_t bra = 0; bra < result.rows(); ++bra)
    for (std::uint64_t ket = 0; ket < result.rows(); ++ket) {
      std::complex<double> sum = 0;
      const std::uint64_t ket_bits = spread(ket), bra_bits = spread(bra);
      // Counts through the bits of the qubits that are summed over.
      for (std::uint64_t rest = 0; rest < rows(); rest = ((rest | mask) + 1) & ~mask)
        sum += element(ket_bits | rest, bra_bits | rest);
      result.vector_.values()[ket | bra << result.qubits_] = std::complex<T>(sum);
    }
  return result;
}

double fidelity(const DensityMatrix& rho, const DensityMatrix& sigma) {
  if (rho.qubits() != sigma.qubits())
    fail(ErrorKind::usage, "fidelity: density matrices of {} and {} qubits", rho.qubits(), sigma.qubits());
  const Dense root = square_root(dense(rho)), inner = root * dense(sigma) * root;
  const Eigen::SelfAdjointEigenSolver<Dense> solver(inner, Eigen::EigenvaluesOnly);
  const double sum = solver.eigenvalues().cwiseMax(0).cwiseSqrt().sum();
  return sum * sum;
}

template class BasicDensityMatrix<float>;
template class BasicDensityMatrix<double>;

}  // namespace tacit::quantum_sim
