#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tacit::bench {

/// One measured case: a batch of circuits R_X(x_i) on each qubit, then 10 layers of [R_Y, R_Z on each qubit, ring of
/// CNOT], observable Z_0.
struct CircuitCase {
  std::string work;  ///< forward, gradient, gradient_and_inputs, tangent
  std::string precision;
  std::uint32_t qubits = 0;
  std::size_t batch = 0;
  std::size_t threads = 1;
  double seconds = 0;  ///< median of a call, CPU time of the thread
  /// Arithmetic of a simulator that applies gate after gate with R_Z R_Y fused and free CNOTs: layers * qubits *
  /// 2^(qubits-1) * batch * (12 forward, 42 otherwise) multiply-adds, at the rate measured beside this case.
  double floor_seconds = 0;
  double ratio() const { return seconds / floor_seconds; }
};

/// Measures every case in one run; `on_case` is told each as it is ready, with how many there will be.
std::vector<CircuitCase> measure_circuit_cases(const std::function<void(const CircuitCase&, std::size_t)>& on_case);

}  // namespace tacit::bench
