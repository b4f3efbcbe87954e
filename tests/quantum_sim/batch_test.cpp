#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

template <class T>
class Batch : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Batch, Precisions);

Problem single(const Problem& problem, std::size_t sample) {
  Problem one = problem;
  const auto keep = [sample](std::vector<double>& values, std::size_t width) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(sample * width);
    values = std::vector<double>(first, first + static_cast<std::ptrdiff_t>(width));
  };
  one.batch = 1;
  for (auto* values : {&one.inputs, &one.inputs_dot}) keep(*values, problem.circuit.inputs());
  for (auto* values : {&one.upstream, &one.upstream_dot}) keep(*values, problem.outputs());
  return one;
}

template <class T>
void expect_part(const std::vector<T>& all, const std::vector<T>& part, std::size_t sample) {
  for (std::size_t i = 0; i < part.size(); ++i)
    ASSERT_EQ(all[sample * part.size() + i], part[i]) << "sample " << sample;
}

template <class T>
void expect_samples_alone_equal(const Problem& problem) {
  BatchSimulator<T> together(problem.circuit, problem.observables), alone(problem.circuit, problem.observables);
  const auto gradients = backward(together, problem);
  const auto tangents = backward_tangent(together, problem);
  const auto outputs = forward(together, problem);
  std::vector<double> parameter_sum(problem.parameters.size());
  for (std::size_t sample = 0; sample < problem.batch; ++sample) {
    const Problem one = single(problem, sample);
    const auto gradient = backward(alone, one);
    expect_part(outputs, forward(alone, one), sample);
    expect_part(gradients.outputs, gradient.outputs, sample);
    expect_part(gradients.inputs, gradient.inputs, sample);
    expect_part(tangents.inputs_dot, backward_tangent(alone, one).inputs_dot, sample);
    for (std::size_t i = 0; i < parameter_sum.size(); ++i)
      parameter_sum[i] += static_cast<double>(gradient.parameters[i]);
  }
  EXPECT_TRUE(all_near(gradients.parameters, parameter_sum, sizeof(T) == 4 ? 1e-5 : 1e-12));
}

TYPED_TEST(Batch, EverySampleIsWhatItIsAloneBitForBit) {
  for (const std::size_t batch : {1, 3, 17, 100})
    expect_samples_alone_equal<TypeParam>(random_problem(batch, 4, 50, batch));
}

TYPED_TEST(Batch, EverySampleOfAnAnsatzIsWhatItIsAloneBitForBit) {
  Circuit circuit(6);
  append_angle_encoding(circuit, Axis::x, 6);
  append_hardware_efficient(circuit, 3, Entangler::cnot_ring);
  expect_samples_alone_equal<TypeParam>(problem_of(1, circuit, {Observable::pauli_z(0), Observable::pauli_z(5)}, 37));
}

// Also batches of fewer tiles than threads.
TYPED_TEST(Batch, ResultsAreTheSameBitsForAnyNumberOfThreads) {
  Circuit circuit(6);
  append_angle_encoding(circuit, Axis::x, 6);
  append_hardware_efficient(circuit, 3, Entangler::cnot_ring);
  for (const std::size_t batch : {1, 40, 300}) {
    for (const Problem& problem : {problem_of(batch, circuit, {Observable::pauli_z(0), Observable::pauli_z(5)}, batch),
                                   random_problem(batch, 4, 50, batch)}) {
      BatchSimulator<TypeParam> alone(problem.circuit, problem.observables);
      const auto gradients = backward(alone, problem);
      const auto tangents = backward_tangent(alone, problem);
      for (const std::size_t threads : {2, 3, 5}) {
        BatchSimulator<TypeParam> shared(problem.circuit, problem.observables, {.threads = threads});
        for (int again = 0; again < 2; ++again) {
          const auto shared_gradients = backward(shared, problem);
          const auto shared_tangents = backward_tangent(shared, problem);
          EXPECT_EQ(forward(shared, problem), gradients.outputs);
          EXPECT_EQ(shared_gradients.outputs, gradients.outputs);
          EXPECT_EQ(shared_gradients.parameters, gradients.parameters);
          EXPECT_EQ(shared_gradients.inputs, gradients.inputs);
          EXPECT_EQ(shared_tangents.parameters_dot, tangents.parameters_dot);
          EXPECT_EQ(shared_tangents.inputs_dot, tangents.inputs_dot);
        }
      }
    }
  }
}

TYPED_TEST(Batch, ALaterCallDoesNotSeeAnEarlierOne) {
  const Problem large = random_problem(21, 4, 50, 40), small = random_problem(21, 4, 50, 5);
  BatchSimulator<TypeParam> used(large.circuit, large.observables), fresh(large.circuit, large.observables);
  backward_tangent(used, large);
  backward(used, large);
  const auto again = backward(used, small), first = backward(fresh, small);
  EXPECT_EQ(again.outputs, first.outputs);
  EXPECT_EQ(again.parameters, first.parameters);
  EXPECT_EQ(again.inputs, first.inputs);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
