#include "quantum_sim/analysis/lie/lie_reference.h"

namespace tacit::quantum_sim::test {
namespace {

double inner(const Matrix& left, const Matrix& right) {
  return (left.adjoint() * right).trace().real();
}

Matrix commutator(const Matrix& left, const Matrix& right) {
  return left * right - right * left;
}

// What is left of a unit matrix outside the span; twice, against cancellation.
bool add_if_independent(std::vector<Matrix>& basis, Matrix candidate) {
  if (candidate.norm() < 1e-9) return false;
  candidate /= candidate.norm();
  for (int pass = 0; pass < 2; ++pass)
    for (const Matrix& member : basis) candidate -= inner(member, candidate) * member;
  if (candidate.norm() < 1e-9) return false;
  basis.push_back(candidate / candidate.norm());
  return true;
}

// ad(basis[k]) over the basis.
std::vector<Eigen::MatrixXd> adjoint_matrices(const std::vector<Matrix>& basis) {
  const auto size = static_cast<Eigen::Index>(basis.size());
  std::vector<Eigen::MatrixXd> result(basis.size(), Eigen::MatrixXd::Zero(size, size));
  for (std::size_t k = 0; k < basis.size(); ++k)
    for (Eigen::Index column = 0; column < size; ++column) {
      const Matrix image = commutator(basis[k], basis[static_cast<std::size_t>(column)]);
      for (Eigen::Index row = 0; row < size; ++row)
        result[k](row, column) = inner(basis[static_cast<std::size_t>(row)], image);
    }
  return result;
}

// Dimension of the null space of a symmetric positive matrix.
std::size_t nullity(const Eigen::MatrixXd& gram) {
  const Eigen::VectorXd values =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram, Eigen::EigenvaluesOnly).eigenvalues();
  return static_cast<std::size_t>((values.array() < 1e-8).count());
}

}  // namespace

Matrix dense(const PauliSum& sum) {
  Observable observable;
  const std::uint32_t qubits = sum.terms.front().string.qubits();
  for (const PauliSum::Term& term : sum.terms)
    observable.terms.push_back({term.coefficient, term.string.words()[0], term.string.words()[1]});
  return dense_observable(qubits, observable);
}

std::vector<Matrix> dense_lie_algebra(const std::vector<PauliSum>& generators) {
  std::vector<Matrix> seeds, basis;
  for (const PauliSum& generator : generators) seeds.push_back(std::complex<double>(0, 1) * dense(generator));
  for (const Matrix& seed : seeds) add_if_independent(basis, seed);
  for (std::size_t place = 0; place < basis.size(); ++place)
    for (const Matrix& seed : seeds) add_if_independent(basis, commutator(seed, basis[place]));
  return basis;
}

std::size_t dense_centre_dimension(const std::vector<Matrix>& basis) {
  if (basis.empty()) return 0;
  Eigen::MatrixXd gram =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(basis.size()), static_cast<Eigen::Index>(basis.size()));
  for (const Eigen::MatrixXd& map : adjoint_matrices(basis)) gram += map.transpose() * map;
  return nullity(gram);
}

std::size_t dense_simple_ideals(const std::vector<Matrix>& basis) {
  // Linear maps A with A ad - ad A = 0 for all: the null space of sum K^T K, K = ad^T (x) 1 - 1 (x) ad. A map of a
  // centre of dimension c into itself commutes too, and those are c^2.
  const auto size = static_cast<Eigen::Index>(basis.size());
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(size, size);
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(size * size, size * size);
  const std::vector<Eigen::MatrixXd> adjoint = adjoint_matrices(basis);
  // Two random elements generate a compact algebra, up to a part of the centre.
  RandomStream stream({1, Purpose::test, 0, 0});
  for (int element = 0; element < 2; ++element) {
    Eigen::MatrixXd map = Eigen::MatrixXd::Zero(size, size);
    for (const Eigen::MatrixXd& part : adjoint) map += stream.normal() * part;
    Eigen::MatrixXd kernel(size * size, size * size);
    for (Eigen::Index row = 0; row < size; ++row)
      for (Eigen::Index column = 0; column < size; ++column)
        kernel.block(row * size, column * size, size, size) =
            map(column, row) * identity - (row == column ? 1.0 : 0.0) * map;
    gram += kernel.transpose() * kernel;
  }
  const std::size_t centre = dense_centre_dimension(basis);
  return nullity(gram) - centre * centre;
}

PauliString placed(std::uint32_t qubits, const std::string& letters, std::uint32_t first) {
  std::vector<std::uint32_t> places;
  for (std::uint32_t letter = 0; letter < letters.size(); ++letter) places.push_back((first + letter) % qubits);
  return PauliString::on(qubits, letters, places);
}

std::vector<PauliSum> chain(std::uint32_t qubits, const std::string& letters, bool is_ring) {
  std::vector<PauliSum> result;
  const auto length = static_cast<std::uint32_t>(letters.size());
  for (std::uint32_t first = 0; first < (is_ring ? qubits : qubits + 1 - length); ++first)
    result.emplace_back(placed(qubits, letters, first));
  return result;
}

PauliSum chain_sum(std::uint32_t qubits, const std::string& letters, bool is_ring) {
  PauliSum sum;
  for (const PauliSum& term : chain(qubits, letters, is_ring)) sum.terms.push_back(term.terms.front());
  return sum;
}

std::vector<PauliSum> joined(std::vector<PauliSum> left, const std::vector<PauliSum>& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

PauliString random_string(RandomStream& stream, std::uint32_t qubits) {
  std::string letters(qubits, 'I');
  for (char& letter : letters) letter = "IXYZ"[stream.below(4)];
  return PauliString::parse(letters);
}

}  // namespace tacit::quantum_sim::test
