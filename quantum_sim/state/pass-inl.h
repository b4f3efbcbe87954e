// A pass over blocks: in, all visits, out. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_STATE_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_STATE_PASS_INL_H
#undef TACIT_QUANTUM_SIM_STATE_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_STATE_PASS_INL_H
#endif

#include "quantum_sim/state/block_copy-inl.h"
#include "quantum_sim/state/controlled_visit-inl.h"
#include "quantum_sim/state/lane_visit-inl.h"
#include "quantum_sim/state/row_visit-inl.h"
#include "quantum_sim/state/uniform_visit-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// Calls run with the visit's choices as template arguments: kinds, phases, exchanged lanes.
template <class Run>
HWY_INLINE void with_choices(const BlockVisit& visit, const Run& run) {
  const auto last = [&]<bool one, bool two, bool phases>() {
    visit.exchanges_lanes ? run.template operator()<one, two, phases, true>()
                          : run.template operator()<one, two, phases, false>();
  };
  const auto third = [&]<bool one, bool two>() {
    visit.has_phases ? last.template operator()<one, two, true>() : last.template operator()<one, two, false>();
  };
  if (visit.first_real)
    visit.second_real ? third.template operator()<true, true>() : third.template operator()<true, false>();
  else
    visit.second_real ? third.template operator()<false, true>() : third.template operator()<false, false>();
}

template <class T>
HWY_INLINE void visit_forward(const BlockView<T>& block, const BlockVisit& visit) {
  if (visit.kind == BlockVisit::Kind::lanes) return lanes_forward(block, visit);
  if (visit.kind == BlockVisit::Kind::controlled) {
    const ControlledRotation<T> by(*block.call, visit.first_rotation, block.base);
    return by.real() ? controlled_forward<true>(by, block.psi) : controlled_forward<false>(by, block.psi);
  }
  with_choices(visit, [&]<bool one, bool two, bool phases, bool exchanges>() {
    visit.kind == BlockVisit::Kind::uniform ? uniform_forward<one, two, phases, exchanges>(block, visit)
                                            : rows_forward<one, two, exchanges>(block, visit);
  });
}

template <class T>
HWY_INLINE void visit_backward(const BlockView<T>& block, const BlockVisit& visit) {
  if (visit.kind == BlockVisit::Kind::lanes) return lanes_backward(block, visit);
  if (visit.kind == BlockVisit::Kind::controlled) {
    const ControlledRotation<T> by(*block.call, visit.first_rotation, block.base);
    block.sums[visit.first_rotation] += by.real() ? controlled_backward<true>(by, block.psi, block.lambda)
                                                  : controlled_backward<false>(by, block.psi, block.lambda);
    return;
  }
  with_choices(visit, [&]<bool one, bool two, bool phases, bool exchanges>() {
    visit.kind == BlockVisit::Kind::uniform ? uniform_backward<one, two, phases, exchanges>(block, visit)
                                            : rows_backward<one, two, exchanges>(block, visit);
  });
}

template <class T>
HWY_INLINE BlockView<T> view(const PassCall<T>& call, std::size_t base, Prefetch<T>& next, double* sums) {
  return {call.plan,      call.pass,         call.tangents, static_cast<std::uint32_t>(base << call.plan->lane_bits),
          call.psi_block, call.lambda_block, sums,          &next,
          &call};
}

template <class T>
void pass_forward(const PassCall<T>& call, std::size_t first_block, std::size_t last_block) {
  const Pass& pass = *call.pass;
  for (std::size_t number = first_block; number < last_block; ++number) {
    const std::size_t base = first_row(pass, number);
    read_block<true>(pass, base, call.psi_gain, call.psi, call.psi_block);
    Prefetch<T> next(call, number + 1, last_block);
    const BlockView<T> block = view(call, base, next, nullptr);
    for (const BlockVisit& visit : pass.visits) {
      visit_forward(block, visit);
      if (visit.kind != BlockVisit::Kind::uniform) next.template go_on<false>();
    }
    next.template finish<false>();
    if (!call.plan->single_block) write_block(pass, base, T{1}, call.psi_block, call.psi);
  }
}

template <class T>
void pass_backward(const PassCall<T>& call, std::size_t first_block, std::size_t last_block, double* sums) {
  const Pass& pass = *call.pass;
  for (std::size_t number = first_block; number < last_block; ++number) {
    const std::size_t base = first_row(pass, number);
    if (!call.plan->single_block) {
      read_block<false>(pass, base, T{1}, call.psi, call.psi_block);
      read_block<false>(pass, base, T{1}, call.lambda, call.lambda_block);
    }
    Prefetch<T> next(call, number + 1, last_block);
    const BlockView<T> block = view(call, base, next, sums);
    for (auto visit = pass.visits.rbegin(); visit != pass.visits.rend(); ++visit) {
      visit_backward(block, *visit);
      if (visit->kind != BlockVisit::Kind::uniform) next.template go_on<true>();
    }
    next.template finish<true>();
    write_block(pass, base, call.psi_gain, call.psi_block, call.psi);
    write_block(pass, base, call.lambda_gain, call.lambda_block, call.lambda);
  }
}

template <class T>
void pass_forward_in_place(const PassCall<T>& call, std::size_t first_block, std::size_t last_block) {
  PassCall<T> here = call;
  Prefetch<T> nothing;
  for (std::size_t number = first_block; number < last_block; ++number) {
    const BlockView<T> block = view(here, first_row(*call.pass, number), nothing, nullptr);
    for (const BlockVisit& visit : call.pass->visits) visit_forward(block, visit);
    here.psi_block += block_stride<T>(*call.pass);
  }
}

template <class T>
void pass_backward_in_place(const PassCall<T>& call, std::size_t first_block, std::size_t last_block, double* sums) {
  PassCall<T> here = call;
  Prefetch<T> nothing;
  for (std::size_t number = first_block; number < last_block; ++number) {
    const BlockView<T> block = view(here, first_row(*call.pass, number), nothing, sums);
    for (auto visit = call.pass->visits.rbegin(); visit != call.pass->visits.rend(); ++visit)
      visit_backward(block, *visit);
    here.psi_block += block_stride<T>(*call.pass);
    here.lambda_block += block_stride<T>(*call.pass);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
