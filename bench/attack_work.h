#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace tacit::bench {

/// An attack by gradient matching, all of whose restarts go on side by side. Models:
///
/// "mlp" and "lenet_dlg" (bench/networks.h), attacked as by Geiping et al. (NeurIPS 2020): cosine distance, total
/// variation of weight 1e-4, Adam on the sign of the gradient with rate 0.1, projection onto [0, 1], labels known.
/// Candidate i is (1 + u(i + 10^8)) / 2, that behind the observed gradient (1 + u(i + 3 10^8)) / 2; example b has the
/// label b modulo the classes; parameters as in bench/training_work.h.
///
/// "vqc8": 8 qubits, R_X(x_i), 2 layers of [R_Y, R_Z on each qubit, ring of CNOT], the mean of Z, squared error;
/// squared distance of gradients, Adam with rate 0.1, no prior. theta_k = pi u(k), feature i of restart r pi u(8 r + i
/// + 10^8), that behind the observed gradient pi u(i + 3 10^8), label 1.
struct AttackCase {
  std::string model;
  std::string precision;  ///< float or double, of the model's passes and the distance
  std::size_t batch = 1;
  std::size_t restarts = 1;
};

/// An attack made ready for a case.
class AttackWork {
 public:
  virtual ~AttackWork() = default;
  /// So many iterations of every restart from its start: value and gradient of the objective, and a step.
  static constexpr std::size_t iterations = 24;
  virtual void call() = 0;
  /// Multiply-adds of one iteration of all restarts that no way to compute them directly can do without: of the
  /// products and convolutions of both passes; for the circuit, 42 a pair of amplitudes and qubit a layer in the
  /// gradient (as in bench/circuit_work.h) and three times as many in its tangent.
  virtual double multiply_adds() const = 0;
  /// At the start of a restart: what is minimised, the distance in it, and the gradient by the candidate.
  struct Start {
    double value = 0, distance = 0;
    std::vector<double> gradient;
  };
  virtual Start start(std::size_t restart) = 0;
};

/// Throws Error(usage) on a model, precision or number that there is not.
std::unique_ptr<AttackWork> prepare(const AttackCase& which);

}  // namespace tacit::bench
