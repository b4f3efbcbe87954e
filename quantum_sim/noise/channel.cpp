#include "quantum_sim/noise/channel.h"

#include <Eigen/Dense>
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

constexpr double completeness_tolerance = 1e-8;
/// Entries this far from a pattern are rounding, not noise.
constexpr double pattern_tolerance = 1e-14;

using Matrix = Channel::Matrix;
using Dense = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::size_t rows_of(std::size_t qubits) {
  return std::size_t{1} << qubits;
}

std::size_t qubits_of_matrix(const std::string& name, const Matrix& matrix) {
  for (std::size_t qubits = 1; qubits <= Channel::max_qubits; ++qubits)
    if (matrix.size() == rows_of(2 * qubits)) return qubits;
  fail(ErrorKind::usage, "channel '{}': an operator has 4, 16 or 64 entries (1 to {} qubits), not {}", name,
       Channel::max_qubits, matrix.size());
}

Matrix effect_of(const Matrix& kraus, std::size_t rows) {
  Matrix effect(rows * rows);
  for (std::size_t a = 0; a < rows; ++a)
    for (std::size_t b = 0; b < rows; ++b)
      for (std::size_t k = 0; k < rows; ++k)
        effect[a * rows + b] += std::conj(kraus[k * rows + a]) * kraus[k * rows + b];
  return effect;
}

double smallest_eigenvalue(const Matrix& hermitian, std::size_t rows) {
  const auto size = static_cast<Eigen::Index>(rows);
  const Dense dense = Eigen::Map<const Dense>(hermitian.data(), size, size);
  return Eigen::SelfAdjointEigenSolver<Dense>(dense, Eigen::EigenvaluesOnly).eigenvalues()(0);
}

bool is_zero(const Matrix& matrix) {
  return std::all_of(matrix.begin(), matrix.end(), [](const auto& entry) { return entry == 0.0; });
}

bool is_diagonal(const Matrix& matrix, std::size_t rows) {
  for (std::size_t place = 0; place < matrix.size(); ++place)
    if (place % (rows + 1) != 0 && std::abs(matrix[place]) > pattern_tolerance) return false;
  return true;
}

bool is_multiple_of_identity(const Matrix& matrix, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row)
    if (std::abs(matrix[row * (rows + 1)] - matrix[0]) > pattern_tolerance) return false;
  return is_diagonal(matrix, rows);
}

/// The string P with K = c P, if there is one: every column has one entry, at row ^ x, and they differ by signs.
std::optional<Pauli> string_of(const Matrix& kraus, std::size_t rows) {
  std::size_t x = 0;
  while (x < rows && std::abs(kraus[x * rows]) <= pattern_tolerance) ++x;
  if (x == rows) return std::nullopt;
  Pauli pauli{x, 0, 0};
  for (std::size_t bit = 1; bit < rows; bit *= 2)
    if (std::real(kraus[(x ^ bit) * rows + bit] / kraus[x * rows]) < 0) pauli.z |= bit;
  pauli.phase = static_cast<std::uint32_t>(std::popcount(pauli.x & pauli.z)) & 3u;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < rows; ++column) {
      std::complex<double> expected = (row ^ column) == x ? kraus[x * rows] : 0.0;
      if (parity(column & pauli.z)) expected = -expected;
      if (std::abs(kraus[row * rows + column] - expected) > pattern_tolerance) return std::nullopt;
    }
  return pauli;
}

}  // namespace

Channel::Channel(std::string name, std::vector<Matrix> kraus) : name_(std::move(name)), kraus_(std::move(kraus)) {
  if (kraus_.empty()) fail(ErrorKind::usage, "channel '{}': it has no operator", name_);
  qubits_ = qubits_of_matrix(name_, kraus_[0]);
  for (std::size_t index = 0; index < kraus_.size(); ++index) {
    if (kraus_[index].size() != kraus_[0].size())
      fail(ErrorKind::usage, "channel '{}': operator {} has {} entries, operator 0 has {}", name_, index,
           kraus_[index].size(), kraus_[0].size());
    for (const std::complex<double> entry : kraus_[index])
      if (!std::isfinite(entry.real()) || !std::isfinite(entry.imag()))
        fail(ErrorKind::usage, "channel '{}': operator {} has an entry that is not finite", name_, index);
  }
  require_complete();
  std::erase_if(kraus_, is_zero);
  sort_operators();
  recognise();
  sum_superoperator();
}

void Channel::require_complete() const {
  const std::size_t rows = rows_of(qubits_);
  Matrix sum(rows * rows);
  for (const Matrix& kraus : kraus_) {
    const Matrix effect = effect_of(kraus, rows);
    for (std::size_t place = 0; place < sum.size(); ++place) sum[place] += effect[place];
  }
  double deviation = 0;
  for (std::size_t place = 0; place < sum.size(); ++place)
    deviation = std::max(deviation, std::abs(sum[place] - (place % (rows + 1) == 0 ? 1.0 : 0.0)));
  if (!(deviation <= completeness_tolerance))
    fail(ErrorKind::usage, "channel '{}': the sum of K^dagger K must be 1, but an element of it is {:.3g} away", name_,
         deviation);
}

void Channel::sort_operators() {
  const std::size_t rows = rows_of(qubits_);
  std::vector<double> least(kraus_.size());
  for (std::size_t index = 0; index < kraus_.size(); ++index)
    least[index] = smallest_eigenvalue(effect_of(kraus_[index], rows), rows);
  const auto first = std::max_element(least.begin(), least.end());
  most_jumps_ = std::clamp(1 - *first, 0.0, 1.0);
  std::rotate(kraus_.begin(), kraus_.begin() + (first - least.begin()), kraus_.begin() + (first - least.begin()) + 1);
}

void Channel::recognise() {
  const std::size_t rows = rows_of(qubits_);
  for (const Matrix& kraus : kraus_) effects_.push_back(effect_of(kraus, rows));
  has_diagonal_effects_ =
      std::all_of(effects_.begin(), effects_.end(), [&](const Matrix& effect) { return is_diagonal(effect, rows); });
  keeps_state_ = is_multiple_of_identity(kraus_[0], rows);
  if (std::all_of(effects_.begin(), effects_.end(),
                  [&](const Matrix& effect) { return is_multiple_of_identity(effect, rows); }))
    for (const Matrix& effect : effects_) probabilities_.push_back(effect[0].real());
  for (const Matrix& kraus : kraus_) {
    const auto pauli = string_of(kraus, rows);
    if (!pauli) {
      strings_.clear();
      return;
    }
    strings_.push_back(*pauli);
  }
}

void Channel::sum_superoperator() {
  const std::size_t rows = rows_of(qubits_), size = rows * rows;
  superoperator_.resize(size * size);
  for (const Matrix& kraus : kraus_)
    for (std::size_t to = 0; to < size; ++to)
      for (std::size_t from = 0; from < size; ++from)
        superoperator_[to * size + from] +=
            kraus[(to % rows) * rows + from % rows] * std::conj(kraus[(to / rows) * rows + from / rows]);
}

}  // namespace tacit::quantum_sim
