// Expectation values and adjoint gradients of one tile, for every instruction set.
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantum_sim/batch/tile_backward.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"
#include "quantum_sim/batch/backward_pass-inl.h"
#include "quantum_sim/batch/forward_pass-inl.h"
#include "quantum_sim/batch/observable-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class T>
void tile_backward(const Tile<T>& tile) {
  const SampleTag<T> d;
  for (std::size_t column = 0; column < tile.samples; column += hn::Lanes(d)) {
    evolve(ForwardPass<T>{tile, column});
    const T* const psi = tile.psi_at(tile.last_state());
    if (tile.outputs) measure(d, tile, column, psi, psi, T{1}, tile.outputs);
    differentiate(BackwardPass<T>{tile, column});
  }
}

// Dispatch takes addresses of plain functions.
void tile_backward_float(const Tile<float>& tile) {
  tile_backward(tile);
}
void tile_backward_double(const Tile<double>& tile) {
  tile_backward(tile);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::quantum_sim {

HWY_EXPORT(tile_backward_float);
HWY_EXPORT(tile_backward_double);

void run_backward(const Tile<float>& tile) {
  HWY_DYNAMIC_DISPATCH(tile_backward_float)(tile);
}
void run_backward(const Tile<double>& tile) {
  HWY_DYNAMIC_DISPATCH(tile_backward_double)(tile);
}

}  // namespace tacit::quantum_sim
#endif
