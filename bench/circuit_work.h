#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tacit::bench {

/// What one call computes: forward expectation values; gradient the values and the gradient of the parameters summed
/// over the batch; gradient_and_inputs also each sample's gradient of its inputs; tangent both gradients and their
/// derivative along a direction of the parameters.
enum class Work : std::uint8_t { forward, gradient, gradient_and_inputs, tangent };

const char* to_string(Work work);
/// Throws Error(usage) on any other name.
Work work_from_string(const std::string& name);

/// One circuit to simulate: R_X(x_i) on each qubit, then 10 layers of [R_Y, R_Z on each qubit, ring of CNOT],
/// observable Z_0. theta_k = sin(0.7 (k + 1)) for k = 0 .. 20 qubits - 1, ordered layer, qubit, (y, z);
/// x_{b,i} = sin(0.3 (b qubits + i + 1)); so that other simulators can be asked for the same numbers.
struct CircuitCase {
  Work work = Work::forward;
  std::string precision;  ///< float or double
  std::uint32_t qubits = 0;
  std::size_t batch = 1;  ///< samples; 1 is a single circuit
  std::size_t threads = 1;
};

/// Fused multiply-adds, by lane, of a simulator that applies gate after gate with R_Z R_Y fused and free CNOTs:
/// layers * qubits * 2^(qubits-1) * batch * (12 forward, 42 otherwise).
double multiply_adds(const CircuitCase& of);

/// A simulator made ready for a case, with everything that its calls read and write.
class CircuitWork {
 public:
  virtual ~CircuitWork() = default;
  virtual void call() = 0;
  /// What the last call wrote: <Z_0> of each sample [batch], empty for tangent; the gradient of their sum by the
  /// parameters [20 qubits], empty for forward.
  virtual std::vector<double> outputs() const = 0;
  virtual std::vector<double> gradient() const = 0;
};

/// Compiles and allocates: a BatchSimulator, for a single circuit a StateSimulator. Throws Error(usage) on a precision,
/// batch or number of threads that there is not and what the simulators throw.
std::unique_ptr<CircuitWork> prepare(const CircuitCase& which);

}  // namespace tacit::bench
