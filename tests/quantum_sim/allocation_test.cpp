#include <atomic>
#include <cstdlib>
#include <new>

#include "quantum_sim/analysis/lie/g_sim.h"
#include "quantum_sim/random_problem.h"
#include "quantum_sim/state_problem.h"

namespace {

std::atomic<std::size_t> allocations{0};

void* counted(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes ? bytes : 1)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// For the whole test program; only counted, otherwise as usual.
void* operator new(std::size_t bytes) {
  return counted(bytes);
}
void* operator new[](std::size_t bytes) {
  return counted(bytes);
}
// The sanitizers bring their own of these two, whose memory the functions below could not release.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(bytes ? bytes : 1);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(bytes ? bytes : 1);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace tacit::quantum_sim::test {
namespace {

void expect_only_in_the_first_call(const Problem& p, std::size_t threads) {
  BatchSimulator<double> simulator(p.circuit, p.observables, {.threads = threads});
  std::vector<double> outputs(p.upstream.size()), outputs_dot(p.upstream.size());
  std::vector<double> parameters(p.parameters.size()), inputs(p.inputs.size());
  std::vector<double> parameters_dot(p.parameters.size()), inputs_dot(p.inputs.size());
  const auto run_all = [&] {
    simulator.forward(p.parameters, p.inputs, p.batch, outputs);
    simulator.backward(p.parameters, p.inputs, p.batch, p.upstream, outputs, parameters, inputs);
    simulator.forward_tangent(p.parameters, p.inputs, p.batch, p.parameters_dot, p.inputs_dot, outputs, outputs_dot);
    simulator.backward_tangent(p.parameters, p.inputs, p.batch, p.parameters_dot, p.inputs_dot, p.upstream,
                               p.upstream_dot, {parameters, inputs, parameters_dot, inputs_dot});
  };
  const std::size_t before = allocations;
  std::vector<double> counted_itself(3);
  EXPECT_GT(allocations, before);
  run_all();
  const std::size_t after_first = allocations;
  run_all();
  EXPECT_EQ(allocations, after_first);
}

TEST(Allocation, HappensInTheFirstCallOnly) {
  expect_only_in_the_first_call(random_problem(41, 4, 60, 85), 1);
}
TEST(Allocation, OfSeveralThreadsHappensInTheFirstCallOnly) {
  expect_only_in_the_first_call(random_problem(41, 4, 60, 85), 3);
}
TEST(Allocation, OfEncodedAmplitudesHappensInTheFirstCallOnly) {
  Circuit circuit(4);
  circuit.encode_amplitudes(11);
  append_hardware_efficient(circuit, 2, Entangler::cnot_ring);
  const Problem problem = problem_of(5, circuit, {Observable::pauli_z(1)}, 85);
  for (const std::size_t threads : {1u, 3u}) expect_only_in_the_first_call(problem, threads);
}

TEST(Allocation, HappensInLieSimulationForTheFirstRowsOnly) {
  PauliCircuit circuit(3);
  circuit.rotate(PauliString::parse("XII"), Angle::parameter(0)).rotate(PauliString::parse("ZZI"), Angle::parameter(1));
  LieSimulator simulator(circuit, {PauliString::parse("ZII"), PauliString::parse("YZI")});
  std::vector<double> parameters{0.3, 0.4}, gradient(2), snapshots(2 * simulator.dimension()), upstream(4, 0.5),
      outputs(4);
  std::vector<double> weights{1, -1}, rows(2 * simulator.dimension());
  simulator.gradient_rows(parameters, {}, weights, rows);
  const std::size_t before = allocations;
  simulator.forward(parameters, {}, snapshots, 2, outputs);
  simulator.backward(parameters, {}, snapshots, 2, upstream, outputs, {gradient, {}, {}});
  simulator.gradient_rows(parameters, {}, weights, rows);
  EXPECT_EQ(allocations, before);
}

TEST(Allocation, OfOneLargeStateHappensInTheFirstCallOnly) {
  for (const Problem& p : {state_ansatz(6, 2), state_ansatz(14, 2), controlled_problem(3, 14, 4, 6, 1)}) {
    StateSimulator<double> simulator(p.circuit, p.observables, {.threads = 2});
    std::vector<double> outputs(p.upstream.size()), parameters(p.parameters.size()), inputs(p.inputs.size());
    const auto run_all = [&] {
      simulator.forward(p.parameters, p.inputs, outputs);
      simulator.backward(p.parameters, p.inputs, p.upstream, outputs, parameters, inputs);
      simulator.forward_tangent(p.parameters, p.inputs, p.parameters_dot, p.inputs_dot, {}, outputs);
      simulator.backward_tangent(p.parameters, p.inputs, p.parameters_dot, p.inputs_dot, p.upstream, p.upstream_dot,
                                 {parameters, inputs, parameters, inputs});
    };
    run_all();
    const std::size_t after_first = allocations;
    run_all();
    EXPECT_EQ(allocations, after_first);
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
