#include "quantum_sim/gradients/jacobian.h"

#include "core/error.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/gradients/hessian.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

// Outputs of one sample from dense matrices, as a function of (inputs, parameters).
class DenseFunction {
 public:
  explicit DenseFunction(const Problem& problem) : problem_(problem) {}
  std::size_t inputs() const { return problem_.circuit.inputs(); }
  std::size_t variables() const { return inputs() + problem_.circuit.parameters(); }
  std::vector<double> point(std::size_t sample) const {
    std::vector<double> result(problem_.sample(sample).begin(), problem_.sample(sample).end());
    result.insert(result.end(), problem_.parameters.begin(), problem_.parameters.end());
    return result;
  }
  std::vector<double> operator()(const std::vector<double>& point) const {
    const std::span<const double> all(point);
    return dense_outputs(problem_.circuit, problem_.observables, all.subspan(inputs()), all.first(inputs()));
  }
  // Fourth-order central difference in variable `index`.
  std::vector<double> difference(std::vector<double> point, std::size_t index) const {
    const double step = 1e-3, start = point[index];
    const auto at = [&](double offset) {
      point[index] = start + offset;
      return (*this)(point);
    };
    const auto far_above = at(2 * step), above = at(step), below = at(-step), far_below = at(-2 * step);
    std::vector<double> result;
    for (std::size_t k = 0; k < above.size(); ++k)
      result.push_back((8 * (above[k] - below[k]) - (far_above[k] - far_below[k])) / (12 * step));
    return result;
  }

 private:
  const Problem& problem_;
};

TEST(Jacobian, OfRandomCircuitsIsTheFiniteDifferenceOfDenseStates) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Problem problem = random_problem(seed, static_cast<std::uint32_t>(1 + seed % 4), 25, 3);
    const DenseFunction truth(problem);
    Jacobian<double> jacobian(problem.circuit, problem.observables);
    const auto values = jacobian(std::span<const double>(problem.parameters), problem.inputs, problem.batch);
    const std::size_t inputs = truth.inputs(), parameters = problem.parameters.size(), outputs = problem.outputs();
    for (std::size_t b = 0; b < problem.batch; ++b) {
      EXPECT_TRUE(all_near(std::vector(values.outputs.begin() + static_cast<long>(b * outputs),
                                       values.outputs.begin() + static_cast<long>((b + 1) * outputs)),
                           truth(truth.point(b)), 1e-12));
      for (std::size_t v = 0; v < truth.variables(); ++v) {
        const std::vector<double> expected = truth.difference(truth.point(b), v);
        for (std::size_t k = 0; k < outputs; ++k) {
          const double actual = v < inputs ? values.inputs[(b * outputs + k) * inputs + v]
                                           : values.parameters[(b * outputs + k) * parameters + v - inputs];
          EXPECT_NEAR(actual, expected[k], 1e-8) << "seed " << seed << ", variable " << v;
        }
      }
    }
  }
}

// An engine without a batch, as those of single states are.
struct SingleStateEngine {
  BatchSimulator<double> simulator;
  std::size_t outputs() const { return simulator.outputs(); }
  void backward(std::span<const double> parameters, std::span<const double> inputs, std::span<const double> upstream,
                std::span<double> outputs, std::span<double> gradient_parameters, std::span<double> gradient_inputs) {
    simulator.backward(parameters, inputs, 1, upstream, outputs, gradient_parameters, gradient_inputs);
  }
};

TEST(Jacobian, BySweepsIsThatByLanes) {
  const Problem problem = random_problem(21, 4, 40, 1);
  Jacobian<double> jacobian(problem.circuit, problem.observables);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  const auto lanes = jacobian(std::span<const double>(problem.parameters), problem.inputs, 1);
  const auto sweeps = jacobian_by_sweeps<double>(simulator, problem.parameters, problem.inputs);
  EXPECT_TRUE(all_near(sweeps.outputs, lanes.outputs, 1e-13));
  EXPECT_TRUE(all_near(sweeps.parameters, lanes.parameters, 1e-13));
  EXPECT_TRUE(all_near(sweeps.inputs, lanes.inputs, 1e-13));
  SingleStateEngine single{std::move(simulator)};
  EXPECT_EQ(jacobian_by_sweeps<double>(single, problem.parameters, problem.inputs).parameters, sweeps.parameters);
}

TEST(Jacobian, InFloatIsCloseToDouble) {
  const Problem problem = random_problem(22, 4, 40, 5);
  Jacobian<float> single(problem.circuit, problem.observables);
  Jacobian<double> twice(problem.circuit, problem.observables);
  const auto parameters = cast<float>(problem.parameters), inputs = cast<float>(problem.inputs);
  const auto actual = single(std::span<const float>(parameters), inputs, 5);
  const auto expected = twice(std::span<const double>(problem.parameters), problem.inputs, 5);
  EXPECT_TRUE(all_near(actual.parameters, expected.parameters, 2e-5));
  EXPECT_TRUE(all_near(actual.inputs, expected.inputs, 2e-5));
}

TEST(Jacobian, OfNothingIsEmpty) {
  Circuit circuit(2);
  circuit.h(0);
  Jacobian<double> of_none(circuit, {}), of_one(circuit, {{{{1.0, 1, 0}}}});
  EXPECT_TRUE(of_none(std::span<const double>(), {}, 3).outputs.empty());
  EXPECT_TRUE(all_near(of_one(std::span<const double>(), {}, 2).outputs, {1, 1}, 1e-14));
  EXPECT_TRUE(hessian<double>(circuit, {Observable::pauli_z(0)}, {}, {}, std::vector<double>{1}).empty());
}

TEST(Jacobian, RefusesSizesThatDoNotFit) {
  const Problem problem = random_problem(23, 3, 20, 1);
  Jacobian<double> jacobian(problem.circuit, problem.observables);
  const std::vector<double> one_more(problem.parameters.size() + 1);
  EXPECT_THROW(jacobian(std::span<const double>(one_more), problem.inputs, 1), Error);
  EXPECT_THROW(jacobian(std::span<const double>(problem.parameters), problem.inputs, 2), Error);
  EXPECT_THROW(jacobian(std::span<const double>(problem.parameters), problem.inputs, SIZE_MAX / 2 + 1), Error);
}

TEST(Hessian, OfRandomCircuitsIsTheSecondFiniteDifferenceOfDenseStates) {
  for (std::uint64_t seed = 30; seed < 34; ++seed) {
    const Problem problem = random_problem(seed, static_cast<std::uint32_t>(1 + seed % 3), 20, 1);
    const DenseFunction truth(problem);
    const std::size_t count = truth.variables();
    const std::vector<double> actual =
        hessian<double>(problem.circuit, problem.observables, problem.parameters, problem.inputs, problem.upstream);
    const double step = 1e-3;
    for (std::size_t v = 0; v < count; ++v) {
      std::vector<double> above = truth.point(0), below = above;
      above[v] += step;
      below[v] -= step;
      for (std::size_t w = 0; w < count; ++w) {
        const auto high = truth.difference(above, w), low = truth.difference(below, w);
        double expected = 0;
        for (std::size_t k = 0; k < high.size(); ++k) expected += problem.upstream[k] * (high[k] - low[k]) / (2 * step);
        EXPECT_NEAR(actual[v * count + w], expected, 3e-5) << "seed " << seed << ", " << v << ", " << w;
        EXPECT_NEAR(actual[v * count + w], actual[w * count + v], 1e-12);
      }
    }
  }
}

TEST(Hessian, TimesAVectorIsTheProductWithTheFullOne) {
  const Problem problem = random_problem(40, 4, 40, 1);
  const std::size_t inputs = problem.inputs.size(), count = inputs + problem.parameters.size();
  const std::vector<double> full =
      hessian<double>(problem.circuit, problem.observables, problem.parameters, problem.inputs, problem.upstream);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  const auto product = hessian_vector_product<double>(simulator, problem.parameters, problem.inputs, 1,
                                                      problem.upstream, problem.parameters_dot, problem.inputs_dot);
  std::vector<double> expected(count);
  for (std::size_t v = 0; v < count; ++v)
    for (std::size_t w = 0; w < count; ++w)
      expected[v] += full[v * count + w] * (w < inputs ? problem.inputs_dot[w] : problem.parameters_dot[w - inputs]);
  const auto middle = expected.begin() + static_cast<long>(inputs);
  EXPECT_TRUE(all_near(product.inputs, std::vector(expected.begin(), middle), 1e-12));
  EXPECT_TRUE(all_near(product.parameters, std::vector(middle, expected.end()), 1e-12));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
