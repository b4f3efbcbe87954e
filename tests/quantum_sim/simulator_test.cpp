#include "quantum_sim/simulator.h"

#include "core/error.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

EngineChoice choice(std::uint32_t dimension, std::size_t batch) {
  return choose_engine({dimension, batch, 16, 4, 1});
}

TEST(EngineChoice, FullTilesInCacheGoSideBySideAndLargeOrLonelyStatesAlone) {
  EXPECT_EQ(choice(6, 256).engine, Engine::batch);
  EXPECT_EQ(choice(10, 64).engine, Engine::batch);
  EXPECT_EQ(choice(8, 1).engine, Engine::state);
  EXPECT_EQ(choice(16, 256).engine, Engine::state);
  EXPECT_EQ(choice(8, 16).engine, Engine::batch);
  EXPECT_EQ(choice(12, 9).engine, Engine::state);
  EXPECT_EQ(choice(6, 9).engine, Engine::batch);
  EXPECT_EQ(choice(30, 256).engine, Engine::state);
}

template <class Simulated>
void expect_same_problem(const Problem& problem, Simulated& one, BatchSimulator<double>& other) {
  const std::size_t p = problem.parameters.size(), i = problem.inputs.size(), k = problem.upstream.size();
  std::vector<double> results[2][6];
  for (auto& result : results) {
    for (const std::size_t place : {0u, 1u}) result[place].resize(p);
    for (const std::size_t place : {2u, 3u}) result[place].resize(i);
    for (const std::size_t place : {4u, 5u}) result[place].resize(k);
  }
  const auto run = [&](auto& simulator, auto& r) {
    simulator.backward_tangent(problem.parameters, problem.inputs, problem.batch, problem.parameters_dot,
                               problem.inputs_dot, problem.upstream, problem.upstream_dot, {r[0], r[2], r[1], r[3]});
    simulator.forward_tangent(problem.parameters, problem.inputs, problem.batch, problem.parameters_dot,
                              problem.inputs_dot, r[4], r[5]);
  };
  run(one, results[0]);
  run(other, results[1]);
  for (std::size_t place = 0; place < 6; ++place) EXPECT_TRUE(all_near(results[0][place], results[1][place], 1e-11));
}

TEST(Simulator, BothEnginesAnswerAlike) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Problem problem = random_problem(seed, 5, 60, 3);
    BatchSimulator<double> batch(problem.circuit, problem.observables);
    for (const std::size_t typical : {1u, 256u}) {
      Simulator<double> simulator(problem.circuit, problem.observables, {.batch = typical});
      EXPECT_EQ(simulator.choice().engine, typical == 1 ? Engine::state : Engine::batch);
      expect_same_problem(problem, simulator, batch);
      std::vector<double> outputs(problem.upstream.size()), again(outputs.size());
      simulator.forward(problem.parameters, problem.inputs, problem.batch, outputs);
      std::vector<double> parameters(problem.parameters.size()), inputs(problem.inputs.size());
      simulator.backward(problem.parameters, problem.inputs, problem.batch, problem.upstream, again, parameters,
                         inputs);
      EXPECT_EQ(outputs, again);
      for (std::size_t b = 0; b < problem.batch; ++b) {
        const auto expected =
            dense_outputs(problem.circuit, problem.observables, problem.parameters, problem.sample(b));
        for (std::size_t k = 0; k < expected.size(); ++k)
          EXPECT_NEAR(outputs[b * expected.size() + k], expected[k], 1e-12);
      }
    }
  }
}

TEST(Simulator, ASampleAloneGivesTheBitsItGivesInABatch) {
  const Problem problem = random_problem(3, 5, 60, 4);
  for (const std::size_t typical : {1u, 256u}) {
    Simulator<float> simulator(problem.circuit, problem.observables, {.batch = typical});
    const auto parameters = cast<float>(problem.parameters), inputs = cast<float>(problem.inputs);
    std::vector<float> all(problem.upstream.size()), one(problem.outputs());
    simulator.forward(parameters, inputs, problem.batch, all);
    const std::size_t width = problem.circuit.inputs();
    simulator.forward(parameters, std::span(inputs).subspan(2 * width, width), 1, one);
    EXPECT_EQ(one, std::vector<float>(all.begin() + 2 * static_cast<std::ptrdiff_t>(one.size()),
                                      all.begin() + 3 * static_cast<std::ptrdiff_t>(one.size())));
  }
}

TEST(Simulator, SizesThatDoNotFitAreNamedBeforeAnySample) {
  const Problem problem = random_problem(3, 4, 40, 2);
  Simulator<double> simulator(problem.circuit, problem.observables, {.batch = 1});
  std::vector<double> outputs(problem.upstream.size(), 7), few(1);
  const auto refused = [&](auto action, const std::string& what) {
    try {
      action();
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_THAT(error.what(), ::testing::HasSubstr(what));
    }
  };
  refused([&] { simulator.forward(problem.parameters, few, 2, outputs); }, "inputs");
  refused([&] { simulator.forward(problem.parameters, problem.inputs, 2, few); }, "outputs");
  refused([&] { simulator.backward(problem.parameters, problem.inputs, 2, few, {}, {}, {}); }, "upstream");
  EXPECT_EQ(outputs, std::vector<double>(outputs.size(), 7));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
