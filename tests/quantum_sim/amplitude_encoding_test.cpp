#include <cmath>
#include <limits>
#include <string>

#include "core/error.h"
#include "hwy/targets.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/state_problem.h"

namespace tacit::quantum_sim::test {
namespace {

/// Amplitudes, then a circuit that grows past them, keeps parameters on both sides of every kind of gate, and turns
/// qubits by inputs too: by ones that are amplitudes and by one that is not.
Problem encoded_problem(std::size_t count, std::uint32_t qubits, std::size_t batch) {
  Circuit circuit(qubits);
  circuit.encode_amplitudes(count);
  append_hardware_efficient(circuit, 2, Entangler::cnot_ring);
  circuit.toffoli(0, 1, 2).crx(2, 0, Angle::parameter(0, 0.7)).rx(1, Angle::input(static_cast<std::uint32_t>(count)));
  circuit.ry(0, Angle::input(0, 0.5)).cphase(0, qubits - 1, Angle::parameter(1));
  return problem_of(count + batch, circuit,
                    {Observable::pauli_z(0), {{{1.0, 0b101, 0b110}, {-0.4, 0, 0b11}}}, Observable::pauli_z(2)}, batch);
}

/// Of one sample out of a batch.
Problem sample_of(const Problem& problem, std::size_t sample) {
  Problem one = problem;
  one.batch = 1;
  const auto cut = [&](std::vector<double>& values) {
    const std::size_t width = values.size() / problem.batch;
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(sample * width);
    values = {first, first + static_cast<std::ptrdiff_t>(width)};
  };
  for (std::vector<double>* values : {&one.inputs, &one.inputs_dot, &one.upstream, &one.upstream_dot}) cut(*values);
  return one;
}

template <class T>
struct AmplitudeEncoding : ::testing::Test {
  static constexpr double tolerance = std::is_same_v<T, double> ? 1e-11 : 1e-4;
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(AmplitudeEncoding, Precisions);

void append(std::vector<double>& to, const std::vector<double>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

TYPED_TEST(AmplitudeEncoding, GivesWhatDenseMatricesGive) {
  for (const std::size_t batch : {1u, 3u, 8u, 21u, 70u}) {
    for (const std::size_t count : {1u, 2u, 5u, 16u}) {
      const Problem problem = encoded_problem(count, 4, batch);
      BatchSimulator<TypeParam> simulator(problem.circuit, problem.observables);
      std::vector<double> expected;
      for (std::size_t sample = 0; sample < batch; ++sample)
        append(expected, dense_outputs(problem.circuit, problem.observables, problem.parameters,
                                       sample_of(problem, sample).inputs));
      EXPECT_TRUE(all_near(forward(simulator, problem), expected, this->tolerance));
    }
  }
}

// One state at a time, in double; parameters' gradients are sums over the samples.
TYPED_TEST(AmplitudeEncoding, HasTheDerivativesOfTheStateEngine) {
  for (const std::size_t batch : {1u, 7u, 16u, 33u}) {
    const Problem problem = encoded_problem(6, 5, batch);
    StateSimulator<double> one_state(problem.circuit, problem.observables);
    std::vector<double> inputs, inputs_dot, outputs_dot(batch * problem.outputs());
    std::vector<double> parameters(problem.parameters.size()), parameters_dot(problem.parameters.size());
    for (std::size_t sample = 0; sample < batch; ++sample) {
      const Problem one = sample_of(problem, sample);
      const auto tangents = backward_tangent(one_state, one);
      append(inputs, tangents.inputs);
      append(inputs_dot, tangents.inputs_dot);
      for (std::size_t p = 0; p < parameters.size(); ++p) {
        parameters[p] += tangents.parameters[p];
        parameters_dot[p] += tangents.parameters_dot[p];
      }
      one_state.forward_tangent(one.parameters, one.inputs, one.parameters_dot, one.inputs_dot, {},
                                std::span(outputs_dot).subspan(sample * problem.outputs(), problem.outputs()));
    }
    for (const std::size_t threads : {1u, 3u}) {
      BatchSimulator<TypeParam> simulator(problem.circuit, problem.observables, {.threads = threads});
      const auto gradients = backward(simulator, problem);
      const auto tangents = backward_tangent(simulator, problem);
      const double of_sum = this->tolerance * static_cast<double>(batch);
      EXPECT_TRUE(all_near(gradients.parameters, parameters, of_sum));
      EXPECT_TRUE(all_near(gradients.inputs, inputs, 10 * this->tolerance));
      EXPECT_TRUE(all_near(tangents.inputs, inputs, 10 * this->tolerance));
      EXPECT_TRUE(all_near(tangents.inputs_dot, inputs_dot, 10 * this->tolerance));
      EXPECT_TRUE(all_near(tangents.parameters_dot, parameters_dot, of_sum));
      std::vector<TypeParam> actual(outputs_dot.size());
      simulator.forward_tangent(cast<TypeParam>(problem.parameters), cast<TypeParam>(problem.inputs), batch,
                                cast<TypeParam>(problem.parameters_dot), cast<TypeParam>(problem.inputs_dot), {},
                                actual);
      EXPECT_TRUE(all_near(actual, outputs_dot, 10 * this->tolerance));
    }
  }
}

// Fourth-order central difference.
template <class Function>
std::vector<double> difference_along(const Problem& problem, Function f) {
  const double step = 1e-3;
  const std::vector<double> far_minus = f(moved(problem, -2 * step)), minus = f(moved(problem, -step));
  const std::vector<double> plus = f(moved(problem, step)), far_plus = f(moved(problem, 2 * step));
  std::vector<double> result(plus.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = (8 * (plus[i] - minus[i]) - (far_plus[i] - far_minus[i])) / (12 * step);
  return result;
}

TEST(AmplitudeEncodingTangent, IsTheFiniteDifferenceOfTheGradient) {
  for (const std::size_t batch : {1u, 5u, 9u}) {
    const Problem problem = encoded_problem(7, 4, batch);
    BatchSimulator<double> simulator(problem.circuit, problem.observables);
    const auto tangents = backward_tangent(simulator, problem);
    const auto of_parameters = [&](const Problem& at) { return backward(simulator, at).parameters; };
    const auto of_inputs = [&](const Problem& at) { return backward(simulator, at).inputs; };
    EXPECT_TRUE(all_near(tangents.parameters_dot, difference_along(problem, of_parameters), 1e-8));
    EXPECT_TRUE(all_near(tangents.inputs_dot, difference_along(problem, of_inputs), 1e-7));
  }
}

TEST(AmplitudeEncodingGradient, OfEveryInputIsTheFiniteDifference) {
  Problem problem = encoded_problem(5, 4, 3);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  const auto gradients = backward(simulator, problem);
  const auto energy = [&](std::size_t input, double step) {
    Problem at = problem;
    at.inputs[input] += step;
    const std::vector<double> outputs = forward(simulator, at);
    double sum = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) sum += problem.upstream[i] * outputs[i];
    return sum;
  };
  for (std::size_t input = 0; input < problem.inputs.size(); ++input)
    EXPECT_NEAR(gradients.inputs[input], (energy(input, 1e-5) - energy(input, -1e-5)) / 2e-5, 1e-8);
}

TYPED_TEST(AmplitudeEncoding, NeedsNoGates) {
  Circuit circuit(2);
  circuit.encode_amplitudes(3);
  BatchSimulator<TypeParam> simulator(circuit, {Observable::pauli_z(0), Observable::pauli_z(1)});
  const std::vector<TypeParam> inputs{3, 4, 0, 0, 0, -2};
  std::vector<TypeParam> outputs(4), gradient(6);
  simulator.backward({}, inputs, 2, std::vector<TypeParam>{1, 0, 0, 1}, outputs, {}, gradient);
  EXPECT_TRUE(all_near(outputs, {(9.0 - 16) / 25, 1, 1, -1}, 1e-6));
  // Of (x^2 - y^2) / (x^2 + y^2): 4 x y^2 / 625, -4 x^2 y / 625.
  EXPECT_TRUE(all_near(gradient, {4.0 * 3 * 16 / 625, -4.0 * 9 * 4 / 625, 0, 0, 0, 0}, 1e-6));
}

TYPED_TEST(AmplitudeEncoding, DoesNotDependOnTheLengthOfItsInputs) {
  const Problem problem = encoded_problem(8, 4, 2);
  Circuit circuit(4);
  circuit.encode_amplitudes(8);
  append_hardware_efficient(circuit, 1, Entangler::cnot_chain);
  const Problem plain = problem_of(3, circuit, problem.observables, 2);
  BatchSimulator<TypeParam> simulator(circuit, problem.observables);
  const auto expected = forward(simulator, plain);
  for (const TypeParam factor :
       {TypeParam{0.25}, std::numeric_limits<TypeParam>::min() * 1024, std::numeric_limits<TypeParam>::max() / 1024}) {
    std::vector<TypeParam> inputs = cast<TypeParam>(plain.inputs), outputs(expected.size());
    for (TypeParam& input : inputs) input *= factor;
    simulator.forward(cast<TypeParam>(plain.parameters), inputs, 2, outputs);
    EXPECT_TRUE(all_near(outputs, std::vector<double>(expected.begin(), expected.end()), this->tolerance));
  }
}

template <class Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "";
}

TYPED_TEST(AmplitudeEncoding, RefusesWhatIsNoStateAndNamesTheSample) {
  const Problem problem = encoded_problem(4, 3, 40);
  BatchSimulator<TypeParam> simulator(problem.circuit, problem.observables, {.threads = 2});
  const std::size_t width = problem.circuit.inputs(), place = 37 * width;
  std::vector<TypeParam> outputs(40 * problem.outputs(), TypeParam{7});
  const auto refusal = [&](std::initializer_list<TypeParam> sample) {
    std::vector<TypeParam> inputs = cast<TypeParam>(problem.inputs);
    std::copy(sample.begin(), sample.end(), inputs.begin() + static_cast<std::ptrdiff_t>(place));
    return message_of([&] { simulator.forward(cast<TypeParam>(problem.parameters), inputs, 40, outputs); });
  };
  const std::string zero = refusal({0, 0, 0, 0});
  EXPECT_NE(zero.find("sample 37"), std::string::npos) << zero;
  EXPECT_NE(zero.find("zero"), std::string::npos) << zero;
  const std::string nan = refusal({1, 1, std::numeric_limits<TypeParam>::quiet_NaN(), 1});
  EXPECT_NE(nan.find("input 2 of sample 37"), std::string::npos) << nan;
  const std::string infinite = refusal({1, 1, 1, std::numeric_limits<TypeParam>::infinity()});
  EXPECT_NE(infinite.find("input 3 of sample 37"), std::string::npos) << infinite;
  EXPECT_EQ(outputs, std::vector<TypeParam>(outputs.size(), TypeParam{7}));
}

TEST(AmplitudeEncodingDouble, RefusesANormBeyondTheLargestNumber) {
  Circuit circuit(2);
  circuit.encode_amplitudes(4);
  const std::vector<double> inputs(4, std::numeric_limits<double>::max());
  std::vector<double> outputs(1);
  BatchSimulator<double> batch(circuit, {Observable::pauli_z(0)});
  StateSimulator<double> state(circuit, {Observable::pauli_z(0)});
  EXPECT_NE(message_of([&] { batch.forward({}, inputs, 1, outputs); }).find("norm"), std::string::npos);
  EXPECT_NE(message_of([&] { state.forward({}, inputs, outputs); }).find("norm"), std::string::npos);
}

TYPED_TEST(AmplitudeEncoding, OnAllInstructionSetsAgrees) {
  const Problem problem = encoded_problem(11, 5, 19);
  BatchSimulator<double> reference(problem.circuit, problem.observables);
  const auto expected = backward_tangent(reference, problem);
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    BatchSimulator<TypeParam> simulator(problem.circuit, problem.observables);
    const auto actual = backward_tangent(simulator, problem);
    hwy::SetSupportedTargetsForTest(0);
    EXPECT_TRUE(all_near(actual.inputs, expected.inputs, 10 * this->tolerance));
    EXPECT_TRUE(all_near(actual.inputs_dot, expected.inputs_dot, 10 * this->tolerance));
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
