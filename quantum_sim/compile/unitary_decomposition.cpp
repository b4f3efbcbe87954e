#include "quantum_sim/compile/unitary_decomposition.h"

#include <Eigen/Dense>
#include <cmath>

#include "quantum_sim/compile/cartan_decomposition.h"
#include "quantum_sim/compile/cosine_sine_decomposition.h"
#include "quantum_sim/compile/normal_eigenvectors.h"
#include "quantum_sim/compile/walsh_transform.h"

namespace tacit::quantum_sim {
namespace {

using Matrix = Eigen::MatrixXcd;

constexpr double negligible = 1e-15;

class Decomposition {
 public:
  std::vector<ConstantRotation> steps;
  double phase = 0;

  void rotation(const Pauli& pauli, double angle) {
    if (std::abs(angle) > negligible) steps.push_back({pauli, angle});
  }

  // U = e^{i phase} R_Z(phi) R_Y(theta) R_Z(lambda); the larger of cos and sin of theta/2 fixes the phase.
  void one_qubit(const Eigen::Matrix2cd& u, std::uint32_t qubit) {
    const double cosine = std::abs(u(0, 0)), sine = std::abs(u(1, 0));
    double sum, difference, common;
    if (cosine >= sine) {
      sum = std::arg(u(1, 1) / u(0, 0));
      common = std::arg(u(0, 0)) + sum / 2;
      difference = sine > negligible ? 2 * (std::arg(u(1, 0)) - common) : -sum;
    } else {
      difference = std::arg(-u(1, 0) / u(0, 1));
      common = std::arg(u(1, 0)) - difference / 2;
      sum = cosine > negligible ? 2 * (common - std::arg(u(0, 0))) : difference;
    }
    phase += common;
    rotation(Pauli::pauli_z(qubit), (sum - difference) / 2);
    rotation(Pauli::pauli_y(qubit), 2 * std::atan2(sine, cosine));
    rotation(Pauli::pauli_z(qubit), (sum + difference) / 2);
  }

  void two_qubits(const Eigen::Matrix4cd& u) {
    const CartanForm form = cartan_form(u);
    const auto x = Pauli::pauli_x(0) * Pauli::pauli_x(1), y = Pauli::pauli_y(0) * Pauli::pauli_y(1);
    const auto z = Pauli::pauli_z(0) * Pauli::pauli_z(1);
    one_qubit(form.before[0], 0);
    one_qubit(form.before[1], 1);
    rotation(x, -2 * form.xx);
    rotation(y, -2 * form.yy);
    rotation(z, -2 * form.zz);
    one_qubit(form.after[0], 0);
    one_qubit(form.after[1], 1);
    phase += form.phase;
  }

  // A rotation of qubit `target` about `axis` by angles[j], j the lower qubits: commuting rotations about axis times a
  // Z string each, with the Walsh coefficients as angles (Mottonen et al., quant-ph/0404089, without their CNOTs).
  void multiplexed(const Pauli& axis, std::vector<double> angles) {
    to_walsh_coefficients(angles);
    for (std::uint64_t string = 0; string < angles.size(); ++string)
      rotation(axis * Pauli{0, string, 0}, angles[string]);
  }

  // upper (+) lower, chosen by the highest qubit: (1 x W) (D (+) D^dagger) (1 x X) with upper lower^dagger = W D^2
  // W^dagger and X = D W^dagger lower (Shende, Bullock, Markov, quant-ph/0406176, Theorem 12).
  void multiplexer(const Matrix& upper, const Matrix& lower, std::uint32_t qubit) {
    const Matrix product = upper * lower.adjoint(), vectors = eigenvectors_of_unitary(product);
    const Eigen::ArrayXd halves = (vectors.adjoint() * product * vectors).diagonal().array().arg() / 2;
    const Eigen::VectorXcd roots =
        halves.unaryExpr([](double half) { return std::polar(1.0, half); }).matrix().cast<std::complex<double>>();
    any(roots.asDiagonal() * vectors.adjoint() * lower, qubit);
    std::vector<double> angles(static_cast<std::size_t>(halves.size()));
    for (std::size_t j = 0; j < angles.size(); ++j) angles[j] = -2 * halves[static_cast<Eigen::Index>(j)];
    multiplexed(Pauli::pauli_z(qubit), std::move(angles));
    any(vectors, qubit);
  }

  void any(const Matrix& u, std::uint32_t qubits) {
    if (qubits == 1) return one_qubit(u, 0);
    if (qubits == 2) return two_qubits(u);
    const CosineSineForm form = cosine_sine_form(u);
    multiplexer(form.right_upper, form.right_lower, qubits - 1);
    std::vector<double> angles;
    for (const double angle : form.angles) angles.push_back(2 * angle);
    multiplexed(Pauli::pauli_y(qubits - 1), std::move(angles));
    multiplexer(form.left_upper, form.left_lower, qubits - 1);
  }
};

}  // namespace

std::vector<ConstantRotation> decompose_unitary(const std::vector<std::complex<double>>& matrix, std::size_t qubits) {
  using RowMajor = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Index size = Eigen::Index{1} << qubits;
  Decomposition decomposition;
  decomposition.any(Eigen::Map<const RowMajor>(matrix.data(), size, size), static_cast<std::uint32_t>(qubits));
  decomposition.steps.push_back({{}, -2 * decomposition.phase});
  return std::move(decomposition.steps);
}

std::vector<ConstantRotation> decompose_diagonal(const std::vector<std::complex<double>>& entries) {
  std::vector<double> phases;
  for (const auto& entry : entries) phases.push_back(std::arg(entry));
  to_walsh_coefficients(phases);
  std::vector<ConstantRotation> steps;
  // All that is left out together changes no phase by more than rounding does.
  const double least = 2 * negligible / static_cast<double>(entries.size());
  for (std::uint64_t string = 0; string < phases.size(); ++string)
    if (std::abs(phases[string]) > least) steps.push_back({{0, string, 0}, -2 * phases[string]});
  return steps;
}

}  // namespace tacit::quantum_sim
