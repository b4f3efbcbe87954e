// A local map on a state, for every instruction set.
#include "quantum_sim/measurement/amplitude_kernels.h"

#include "quantum_sim/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantum_sim/measurement/amplitude_kernels.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"
#include "quantum_sim/measurement/matrix_pass-inl.h"
#include "quantum_sim/measurement/pauli_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

// Dispatch takes addresses of plain functions.
void matrix_pass_float(const MatrixPass<float>& pass, std::size_t first, std::size_t end) {
  matrix_pass(pass, first, end);
}
void matrix_pass_double(const MatrixPass<double>& pass, std::size_t first, std::size_t end) {
  matrix_pass(pass, first, end);
}
void pauli_pass_float(const PauliPass<float>& pass, std::size_t first, std::size_t end) {
  pauli_pass(pass, first, end);
}
void pauli_pass_double(const PauliPass<double>& pass, std::size_t first, std::size_t end) {
  pauli_pass(pass, first, end);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::quantum_sim {

HWY_EXPORT(matrix_pass_float);
HWY_EXPORT(matrix_pass_double);
HWY_EXPORT(pauli_pass_float);
HWY_EXPORT(pauli_pass_double);

void run_matrix_pass(const MatrixPass<float>& pass, std::size_t first, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(matrix_pass_float)(pass, first, end);
}
void run_matrix_pass(const MatrixPass<double>& pass, std::size_t first, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(matrix_pass_double)(pass, first, end);
}
void run_pauli_pass(const PauliPass<float>& pass, std::size_t first, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(pauli_pass_float)(pass, first, end);
}
void run_pauli_pass(const PauliPass<double>& pass, std::size_t first, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(pauli_pass_double)(pass, first, end);
}

}  // namespace tacit::quantum_sim
#endif
