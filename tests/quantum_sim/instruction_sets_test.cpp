#include "hwy/targets.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

// Restores the choice among all instruction sets of this machine.
struct OnlyTarget {
  explicit OnlyTarget(std::int64_t target) { hwy::SetSupportedTargetsForTest(target); }
  ~OnlyTarget() { hwy::SetSupportedTargetsForTest(0); }
};

template <class T>
void expect_all_targets_agree(double tolerance) {
  const std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
  ASSERT_FALSE(targets.empty());
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Problem problem = random_problem(seed, 5, 70, 21);
    BatchSimulator<double> reference(problem.circuit, problem.observables);
    const auto gradients = backward(reference, problem);
    const auto tangents = backward_tangent(reference, problem);
    for (const std::int64_t target : targets) {
      SCOPED_TRACE(fmt::format("{}, seed {}", hwy::TargetName(target), seed));
      const OnlyTarget only(target);
      BatchSimulator<T> simulator(problem.circuit, problem.observables);
      const auto actual = backward(simulator, problem);
      EXPECT_TRUE(all_near(forward(simulator, problem), gradients.outputs, tolerance));
      EXPECT_TRUE(all_near(actual.parameters, gradients.parameters, 10 * tolerance));
      EXPECT_TRUE(all_near(actual.inputs, gradients.inputs, 10 * tolerance));
      const auto actual_tangents = backward_tangent(simulator, problem);
      EXPECT_TRUE(all_near(actual_tangents.parameters_dot, tangents.parameters_dot, 50 * tolerance));
      EXPECT_TRUE(all_near(actual_tangents.inputs_dot, tangents.inputs_dot, 50 * tolerance));
    }
  }
}

TEST(InstructionSets, AllAgreeInDouble) {
  expect_all_targets_agree<double>(1e-13);
}
TEST(InstructionSets, AllAgreeInFloat) {
  expect_all_targets_agree<float>(2e-6);
}

// Sets with fused multiply-add differ in nothing but how many columns go at once.
TEST(InstructionSets, ThoseWithFusedMultiplyAddAgreeBitForBit) {
  const Problem problem = random_problem(3, 5, 70, 21);
  std::vector<std::vector<float>> results;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (target > HWY_AVX2) continue;
    const OnlyTarget only(target);
    BatchSimulator<float> simulator(problem.circuit, problem.observables);
    const auto gradients = backward(simulator, problem);
    results.push_back(gradients.parameters);
    results.back().insert(results.back().end(), gradients.inputs.begin(), gradients.inputs.end());
  }
  if (results.size() < 2) GTEST_SKIP() << "this machine has fewer than two such sets";
  for (const auto& result : results) EXPECT_EQ(result, results.front());
}

}  // namespace
}  // namespace tacit::quantum_sim::test
