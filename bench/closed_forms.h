#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/timing.h"

namespace tacit::bench {

/// Attacks that solve, rather than search, made ready: a call is one attack.
class ClosedFormWork {
 public:
  virtual ~ClosedFormWork() = default;
  virtual void call() = 0;
  /// Largest difference of the last call's reconstruction from the truth; infinite before the first.
  virtual double error() const = 0;
};

/// "analytic": the input of "mlp" read off its gradient (Phong et al., 2018), one example, in memory.
///
/// The others attack an update that went through the client's code and the wire, and a call takes all that the attack
/// does with it, the model's construction included:
/// "r_gap_fcn3", "r_gap_cnn6": R-GAP on its own networks, misclassified example;
/// "snapshot_n4" and so on, any n from 2 to 99: the Ising chain of n qubits and n layers, an R_Y(x) a qubit;
/// "algebraic_m3": a Fourier tower of one feature on three qubits.
/// Throws Error(usage) on another name.
std::unique_ptr<ClosedFormWork> prepare_closed_form(const std::string& name);

struct MeasuredClosedForm {
  std::string name;
  double seconds = 0;  ///< median CPU time of an attack, on one thread
  double error = 0;    ///< as ClosedFormWork has it
};
/// Names of the cases that are measured.
std::vector<std::string> closed_forms(Extent extent);
/// Measures every case in one run; `on_case` is told each as it is ready, with how many there will be.
std::vector<MeasuredClosedForm> measure_closed_forms(
    Extent extent, const std::function<void(const MeasuredClosedForm&, std::size_t)>& on_case);

}  // namespace tacit::bench
