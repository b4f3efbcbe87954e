#include "core/error.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/distributed/distributed_simulator.h"
#include "quantum_sim/mpi_leaks.h"
#include "quantum_sim/random_problem.h"
#include "quantum_sim/state/state_simulator.h"
#include "quantum_sim/thread_communicator.h"

namespace tacit::quantum_sim::test {
namespace {

template <class T>
struct Results {
  std::vector<T> outputs, parameters, inputs;
  std::vector<T> outputs_dot = {}, parameters_dot = {}, inputs_dot = {};
  friend bool operator==(const Results&, const Results&) = default;
};

template <class T, class Simulator>
Results<T> gradients(Simulator& simulator, const Problem& problem) {
  Results<T> result{std::vector<T>(problem.outputs()), std::vector<T>(problem.parameters.size()),
                    std::vector<T>(problem.inputs.size())};
  simulator.backward(cast<T>(problem.parameters), cast<T>(problem.inputs), cast<T>(problem.upstream), result.outputs,
                     result.parameters, result.inputs);
  return result;
}

/// Of both tangents; outputs with their rates, gradients with theirs.
template <class T, class Simulator>
Results<T> tangents(Simulator& simulator, const Problem& problem) {
  const std::size_t p = problem.parameters.size(), i = problem.inputs.size(), k = problem.outputs();
  Results<T> result{std::vector<T>(k), std::vector<T>(p), std::vector<T>(i),
                    std::vector<T>(k), std::vector<T>(p), std::vector<T>(i)};
  const auto parameters = cast<T>(problem.parameters), inputs = cast<T>(problem.inputs);
  const auto parameters_dot = cast<T>(problem.parameters_dot), inputs_dot = cast<T>(problem.inputs_dot);
  simulator.forward_tangent(parameters, inputs, parameters_dot, inputs_dot, result.outputs, result.outputs_dot);
  simulator.backward_tangent(parameters, inputs, parameters_dot, inputs_dot, cast<T>(problem.upstream),
                             cast<T>(problem.upstream_dot),
                             {result.parameters, result.inputs, result.parameters_dot, result.inputs_dot});
  return result;
}

/// Every rank's results, which are to be those of one process, to the last bit.
template <class T>
void expect_same_bits(const Problem& problem, std::size_t ranks) {
  SCOPED_TRACE(fmt::format("seed {}, {} ranks", problem.seed, ranks));
  StateSimulator<T> alone(problem.circuit, problem.observables);
  const Results<T> expected = gradients<T>(alone, problem), expected_tangents = tangents<T>(alone, problem);
  std::vector<Results<T>> results(ranks), result_tangents(ranks);
  std::vector<std::vector<T>> outputs(ranks, std::vector<T>(problem.outputs()));
  ThreadRanks(ranks).run([&](Communicator& rank) {
    DistributedSimulator<T> shared(problem.circuit, problem.observables, rank);
    results[rank.rank()] = gradients<T>(shared, problem);
    result_tangents[rank.rank()] = tangents<T>(shared, problem);
    shared.forward(cast<T>(problem.parameters), cast<T>(problem.inputs), outputs[rank.rank()]);
  });
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    EXPECT_EQ(results[rank], expected) << "rank " << rank;
    EXPECT_EQ(result_tangents[rank], expected_tangents) << "rank " << rank;
    EXPECT_EQ(outputs[rank], expected.outputs) << "rank " << rank;
  }
}

Problem layered(std::uint64_t seed, std::uint32_t qubits) {
  Circuit circuit(qubits);
  append_angle_encoding(circuit, Axis::x, qubits);
  append_hardware_efficient(circuit, 3, Entangler::cnot_ring);
  // Strings that flip rows of every rank, and some that flip none.
  const std::uint64_t top = std::uint64_t{1} << (qubits - 1);
  return problem_of(seed, std::move(circuit),
                    {Observable::pauli_z(0), {{{0.7, top | 3, 5}, {-0.4, 0, top}}}, {{{1.0, top, top >> 1}}}}, 1);
}

TEST(Distributed, EveryNumberOfRanksGivesTheBitsOfOneProcess) {
  for (const std::size_t ranks : {1u, 2u, 4u, 8u}) {
    expect_same_bits<float>(layered(1, 16), ranks);
    expect_same_bits<double>(layered(2, 15), ranks);
  }
}

TEST(Distributed, RandomCircuitsGiveTheBitsOfOneProcess) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    expect_same_bits<double>(random_problem(seed, 15, 120, 1), 4);
    expect_same_bits<float>(random_problem(seed, 15, 120, 1), 2);
  }
}

// Controls that ranks, blocks, rows and lanes meet or miss.
TEST(Distributed, ControlledGatesGiveTheBitsOfOneProcess) {
  for (const std::size_t controls : {2u, 5u, 13u}) {
    const Problem inner = controlled_problem(controls, 15, controls, 6, 1);
    Circuit circuit(15);
    append_hardware_efficient(circuit, 1, Entangler::cnot_ring);
    for (const Gate& gate : inner.circuit.gates()) circuit.append(gate);
    append_hardware_efficient(circuit, 1, Entangler::cnot_ring);
    const Problem problem = problem_of(controls, std::move(circuit), inner.observables, 1);
    expect_same_bits<double>(problem, 4);
    expect_same_bits<float>(problem, 2);
  }
}

TEST(Distributed, EncodedAmplitudesLieOnSeveralRanks) {
  Circuit circuit(14);
  circuit.encode_amplitudes(9000);
  append_hardware_efficient(circuit, 2, Entangler::cnot_ring);
  const Problem problem = problem_of(5, std::move(circuit), {Observable::pauli_z(3), {{{1.0, 1u << 13, 2}}}}, 1);
  expect_same_bits<double>(problem, 4);
}

TEST(Distributed, RanksThatDoNotFitAreRefused) {
  const auto refused = [](std::size_t ranks, std::uint32_t qubits, const std::string& reason) {
    ThreadRanks(ranks).run([&](Communicator& rank) {
      const Problem problem = layered(1, qubits);
      try {
        DistributedSimulator<float> shared(problem.circuit, problem.observables, rank);
        ADD_FAILURE() << "no error";
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_THAT(error.what(), ::testing::HasSubstr(reason));
      }
    });
  };
  refused(3, 16, "not 3");
  refused(2, 4, "too few for 2 ranks");
}

TEST(Distributed, WithoutMpirunTheWorldIsOneRank) {
  if (!has_mpi()) {
    EXPECT_THROW(mpi_world(), Error);
    return;
  }
  uses_mpi = true;
  const auto world = mpi_world();
  EXPECT_EQ(world->size(), 1u);
  const Problem problem = layered(3, 15);
  StateSimulator<double> alone(problem.circuit, problem.observables);
  DistributedSimulator<double> shared(problem.circuit, problem.observables, *world);
  EXPECT_EQ(gradients<double>(shared, problem), gradients<double>(alone, problem));
  EXPECT_EQ(tangents<double>(shared, problem), tangents<double>(alone, problem));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
