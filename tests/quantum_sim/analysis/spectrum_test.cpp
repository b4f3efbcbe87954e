#include "quantum_sim/analysis/spectrum.h"

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/analysis/fourier_grid.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

using namespace analysis;

FeatureSpectrum only_feature(const Circuit& circuit, const Observable& observable,
                             const std::vector<double>& parameters = {}, const SpectrumOptions& options = {}) {
  return spectrum(circuit, {observable}, parameters, options).outputs.at(0).features.at(0);
}

std::vector<double> random_parameters(const Circuit& circuit, std::uint64_t seed) {
  RandomStream stream({seed, Purpose::test, 5, 0});
  return random_values(stream, circuit.parameters(), 3);
}

double dense_output(const Circuit& circuit, const Observable& observable, const std::vector<double>& parameters,
                    const std::vector<double>& inputs) {
  return dense_outputs(circuit, {observable}, parameters, inputs)[0];
}

TEST(Spectrum, OfOneRotationIsACosine) {
  Circuit circuit(1);
  circuit.rx(0, Angle::input(0));
  const FeatureSpectrum result = only_feature(circuit, Observable::pauli_z(0));
  EXPECT_EQ(result.variable, Variable::identity);
  EXPECT_EQ(result.rotations, 1u);
  EXPECT_EQ(result.frequencies.frequencies, (std::vector<double>{0, 1}));
  EXPECT_EQ(result.squared_error.frequencies, (std::vector<double>{0, 1, 2}));
  ASSERT_EQ(result.series.terms.size(), 2u);
  EXPECT_NEAR(std::abs(result.series.terms[0].coefficient), 0, 1e-15);
  EXPECT_NEAR(std::abs(result.series.terms[1].coefficient - 0.5), 0, 1e-15);
  EXPECT_LT(result.series.residual, 1e-14);
}

// The frequency sets of Kumar et al., arXiv 2309.13002, and of its binary and ternary relatives, in closed form.
TEST(Spectrum, OfAFourierTowerIsTheClosedForm) {
  const double gamma = 0.7;
  for (const std::uint32_t base : {1u, 2u, 3u, 5u}) {
    for (std::uint32_t m = 1; m <= 4; ++m) {
      Circuit circuit(m);
      append_fourier_tower(circuit, 1, m, base, gamma);
      append_hardware_efficient(circuit, 2, Entangler::cnot_chain);
      const Observable all = Observable::pauli_z_string((std::uint64_t{1} << m) - 1);
      const auto result = only_feature(circuit, all, random_parameters(circuit, base), {.coefficients = false});
      const auto power = [&](std::uint32_t b) { return static_cast<std::uint64_t>(std::llround(std::pow(b, m))); };
      const std::uint64_t degree = base == 1 ? m : (power(base) - 1) / (base - 1);
      SCOPED_TRACE(fmt::format("base {}, m {}", base, m));
      EXPECT_EQ(result.frequencies.degree, degree);
      EXPECT_NEAR(result.frequencies.base, gamma, 1e-14);
      EXPECT_NEAR(result.frequencies.maximum, gamma * static_cast<double>(degree), 1e-12);
      // All integers up to base 3; beyond it digits {-1, 0, 1} leave gaps, which the squared error's {-2 .. 2} fill.
      EXPECT_EQ(result.frequencies.count(), base <= 3 ? 2 * degree + 1 : power(3));
      EXPECT_EQ(result.squared_error.degree, 2 * degree);
      EXPECT_EQ(result.squared_error.count(), 4 * degree + 1);
      if (base == 5) {
        EXPECT_EQ(result.squared_error.count(), power(5));
      }
    }
  }
}

TEST(Spectrum, DropsWhatTheObservableCannotSee) {
  Circuit circuit(3);
  append_angle_encoding(circuit, Axis::x, 3);
  circuit.cnot(0, 1).ry(1, Angle::parameter(0));
  const auto output = spectrum(circuit, {Observable::pauli_z(1)}, std::vector<double>{0.4}).outputs[0];
  EXPECT_EQ(output.features[0].variable, Variable::identity);
  EXPECT_EQ(output.features[2].variable, Variable::none);
  EXPECT_EQ(output.features[2].frequencies.count(), 1u);
  EXPECT_EQ(output.joint_count, 9u);
  EXPECT_EQ(output.inversion.unknowns, 2u);
  // A phase on |0...0> is no encoding either.
  Circuit phases(1);
  phases.rz(0, Angle::input(0)).ry(0, Angle::constant(0.3));
  EXPECT_EQ(only_feature(phases, {{{1.0, 1, 0}}}).variable, Variable::none);
}

// Random circuits with every kind of gate: the series must be the function, whatever was absorbed, merged or expanded.
TEST(Spectrum, OfRandomEncodingsIsTheDenseFunction) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    RandomStream stream({seed, Purpose::test, 6, 0});
    const std::uint32_t qubits = 3;
    Circuit circuit(qubits);
    const double scales[] = {1, 2, 0.5, -1.5, 3};
    for (int gate = 0; gate < 14; ++gate) {
      const auto target = static_cast<std::uint32_t>(stream.below(qubits));
      const auto control = (target + 1 + static_cast<std::uint32_t>(stream.below(qubits - 1))) % qubits;
      const Angle angle = stream.below(2) == 0 ? Angle::input(0, scales[stream.below(5)], stream.uniform(-1, 1))
                                               : Angle::constant(stream.uniform(-3, 3));
      switch (stream.below(6)) {
        case 0:
          circuit.rx(target, angle);
          break;
        case 1:
          circuit.ry(target, angle);
          break;
        case 2:
          circuit.cry(control, target, angle);
          break;
        case 3:
          circuit.cphase(control, target, angle);
          break;
        case 4:
          circuit.rzz(control, target, angle);
          break;
        default:
          circuit.h(target);
          circuit.cnot(control, target);
      }
    }
    circuit.rx(0, Angle::input(0));
    const Observable observable{{{0.7, 0b101, 0b011}, {-0.4, 0, 0b110}}};
    const FeatureSpectrum result = only_feature(circuit, observable);
    SCOPED_TRACE(fmt::format("seed {}", seed));
    EXPECT_LT(result.series.residual, 1e-11);
    for (int point = 0; point < 4; ++point) {
      const double x = stream.uniform(-10, 10);
      EXPECT_NEAR(result.series(x), dense_output(circuit, observable, {}, {x}), 1e-11);
    }
  }
}

TEST(Spectrum, OfControlledGatesHasTheirOwnGaps) {
  Circuit phase(2);
  phase.h(0).h(1).cphase(0, 1, Angle::input(0));
  EXPECT_EQ(only_feature(phase, {{{1.0, 0b11, 0}}}).frequencies.frequencies, (std::vector<double>{0, 1}));
  Circuit rotation(2);
  rotation.h(0).crx(0, 1, Angle::input(0));
  const auto result = only_feature(rotation, {{{1.0, 0b01, 0b10}}});
  EXPECT_EQ(result.frequencies.frequencies, (std::vector<double>{0, 0.5, 1}));
  // <X Z>: |0>|0> and |1> R_X(x)|0> overlap by cos(x/2).
  EXPECT_NEAR(result.series.terms[1].coefficient.real(), 0.5, 1e-15);
  EXPECT_NEAR(std::abs(result.series.terms[2].coefficient), 0, 1e-15);
}

// A controlled phase, written out: its three rotations share the two eigenvalues of |11><11|.
TEST(Spectrum, OfDependentGeneratorsIsThatOfTheirSum) {
  Circuit circuit(2);
  circuit.h(0).h(1).rz(0, Angle::input(0, 0.5)).rz(1, Angle::input(0, 0.5)).rzz(0, 1, Angle::input(0, -0.5));
  const auto result = only_feature(circuit, {{{1.0, 0b01, 0}, {1.0, 0b10, 0}}});
  EXPECT_EQ(result.rotations, 3u);
  EXPECT_EQ(result.frequencies.frequencies, (std::vector<double>{0, 1}));
  EXPECT_LT(result.series.residual, 1e-14);
  EXPECT_GT(std::abs(result.series.terms[1].coefficient), 0.1);
}

TEST(Spectrum, OfAChebyshevEncodingIsAPolynomial) {
  for (std::uint32_t k = 1; k <= 3; ++k) {
    Circuit circuit(1);
    circuit.ry(0, Angle::arccos_input(0, 2.0 * k));
    const FeatureSpectrum result = only_feature(circuit, Observable::pauli_z(0));
    EXPECT_EQ(result.variable, Variable::arccos);
    // cos(2 k arccos x) = T_{2k}(x).
    std::vector<double> expected(2 * k + 1);
    expected[2 * k] = 1;
    EXPECT_TRUE(all_near(result.chebyshev_cosine, expected, 1e-14));
    EXPECT_TRUE(all_near(result.chebyshev_sine, std::vector<double>(2 * k + 1), 1e-14));
  }
}

TEST(Spectrum, HasNoChebyshevFormOfEndlessDegree) {
  Circuit circuit(1);
  circuit.ry(0, Angle::arccos_input(0, 1e9));
  const FeatureSpectrum result = only_feature(circuit, Observable::pauli_z(0));
  EXPECT_EQ(result.series.method, CoefficientMethod::fft);
  EXPECT_TRUE(result.chebyshev_cosine.empty());
}

TEST(Spectrum, OfAChebyshevTowerIsTheDenseFunctionInItsChebyshevForm) {
  Circuit circuit(2);
  circuit.ry(0, Angle::arccos_input(0, 2)).ry(1, Angle::arccos_input(0, 4));
  append_hardware_efficient(circuit, 2, Entangler::cnot_chain);
  const std::vector<double> parameters = random_parameters(circuit, 3);
  const FeatureSpectrum result = only_feature(circuit, Observable::pauli_z(0), parameters);
  ASSERT_EQ(result.frequencies.maximum, 6);
  ASSERT_EQ(result.chebyshev_cosine.size(), 7u);
  for (const double x : {-0.9, -0.2, 0.35, 0.99}) {
    // T_k and U_{k-1} by their recurrences.
    double value = result.chebyshev_cosine[0], t = 1, t_next = x, u = 0, u_next = 1;
    for (std::size_t k = 1; k < 7; ++k) {
      value += result.chebyshev_cosine[k] * t_next + std::sqrt(1 - x * x) * result.chebyshev_sine[k] * u_next;
      t = std::exchange(t_next, 2 * x * t_next - t);
      u = std::exchange(u_next, 2 * x * u_next - u);
    }
    EXPECT_NEAR(value, dense_output(circuit, Observable::pauli_z(0), parameters, {x}), 1e-13);
  }
}

TEST(Spectrum, OfIncommensurableFrequenciesIsALeastSquaresFit) {
  Circuit circuit(2);
  circuit.rx(0, Angle::input(0)).rx(1, Angle::input(0, std::numbers::sqrt2));
  const FeatureSpectrum result = only_feature(circuit, Observable::pauli_z_string(3));
  EXPECT_FALSE(result.frequencies.commensurable);
  EXPECT_EQ(result.series.method, CoefficientMethod::least_squares);
  EXPECT_LT(result.series.condition, 100);
  EXPECT_LT(result.series.residual, 1e-12);
  // cos x cos(sqrt 2 x): half at the difference and half at the sum, of which c is half again.
  ASSERT_EQ(result.series.terms.size(), 5u);
  const double expected[] = {0, 0.25, 0, 0, 0.25};
  for (std::size_t l = 0; l < 5; ++l)
    EXPECT_NEAR(std::abs(result.series.terms[l].coefficient - expected[l]), 0, 1e-12) << l;
}

TEST(Spectrum, OfATrainableFrequencyBelongsToItsValue) {
  Circuit circuit(2);
  const Angle::Factor x{Angle::Source::input, 0}, theta{Angle::Source::parameter, 0};
  circuit.rx(0, Angle::product(theta, x, 2)).ry(1, Angle::parameter(1)).rx(1, Angle::input(0)).cnot(0, 1);
  const std::vector<double> parameters = {0.75, 0.3};
  const FeatureSpectrum result =
      only_feature(circuit, Observable::pauli_z(1), parameters, {.gradients = GradientOf::output});
  EXPECT_EQ(result.frequencies.frequencies, (std::vector<double>{0, 0.5, 1, 1.5, 2.5}));
  EXPECT_LT(result.series.residual, 1e-13);
  // d/d theta_0 has a factor x.
  EXPECT_EQ(result.gradients[0].series.method, CoefficientMethod::none);
  EXPECT_EQ(result.gradients[1].series.method, CoefficientMethod::fft);
}

TEST(Spectrum, OfGradientsIsTheirFiniteDifference) {
  Circuit circuit(2);
  append_fourier_tower(circuit, 1, 2, 3);
  append_hardware_efficient(circuit, 2, Entangler::cnot_chain);
  const std::vector<double> parameters = random_parameters(circuit, 8);
  const Observable observable = Observable::pauli_z_string(3);
  const double target = 0.3, step = 1e-5;
  for (const GradientOf of : {GradientOf::output, GradientOf::squared_error}) {
    const auto result = only_feature(circuit, observable, parameters, {.gradients = of, .target = target});
    const auto loss = [&](const std::vector<double>& theta, double x) {
      const double value = dense_output(circuit, observable, theta, {x});
      return of == GradientOf::output ? value : (value - target) * (value - target);
    };
    ASSERT_EQ(result.gradients.size(), parameters.size());
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      EXPECT_LT(result.gradients[p].series.residual, 1e-12);
      EXPECT_EQ(result.gradients[p].series.terms.back().frequency, of == GradientOf::output ? 4 : 8);
      std::vector<double> above = parameters, below = parameters;
      above[p] += step;
      below[p] -= step;
      for (const double x : {0.3, -2.2})
        EXPECT_NEAR(result.gradients[p].series(x), (loss(above, x) - loss(below, x)) / (2 * step), 1e-8);
    }
  }
}

TEST(Spectrum, SaysWhyAnInputHasNone) {
  Circuit circuit(2);
  const Angle::Factor x{Angle::Source::input, 3};
  circuit.encode_amplitudes(2).rx(0, Angle::input(2)).ry(0, Angle::arccos_input(2)).rx(1, Angle::product(x, x));
  const SpectrumOptions options{.inputs = {1, 1, 0.5, 0.5}};
  const auto output = spectrum(circuit, {Observable::pauli_z_string(3)}, {}, options).outputs[0];
  for (const FeatureSpectrum& feature : output.features) {
    EXPECT_EQ(feature.variable, Variable::not_fourier) << feature.input;
    EXPECT_FALSE(feature.reason.empty());
    EXPECT_EQ(feature.frequencies.count(), 0u);
    EXPECT_EQ(feature.series.method, CoefficientMethod::none);
  }
  EXPECT_FALSE(output.inversion.finite);
  EXPECT_EQ(output.joint_count, 0u);
}

TEST(Spectrum, OfSeveralInputsCountsFrequencyVectors) {
  // One generator moved by the sum of two inputs: (0,0), (1,1), (-1,-1).
  Circuit sum(1);
  sum.rx(0, Angle::input(0)).rx(0, Angle::input(1));
  const auto together = spectrum(sum, {Observable::pauli_z(0)}, {}).outputs[0];
  EXPECT_FALSE(together.separable);
  EXPECT_EQ(together.joint_count, 3u);
  Circuit apart(2);
  apart.rx(0, Angle::input(0)).rx(1, Angle::input(1, 2)).cnot(0, 1);
  const auto product = spectrum(apart, {Observable::pauli_z(1)}, {}).outputs[0];
  EXPECT_TRUE(product.separable);
  EXPECT_EQ(product.joint_count, 9u);
  EXPECT_NEAR(product.log10_joint_count, std::log10(9), 1e-14);
  // Multiplied inputs have a series one at a time, not together.
  Circuit multiplied(1);
  const Angle::Factor x{Angle::Source::input, 0}, y{Angle::Source::input, 1};
  multiplied.rx(0, Angle::product(x, y));
  const auto neither = spectrum(multiplied, {Observable::pauli_z(0)}, {}, {.inputs = {0.5, 2}}).outputs[0];
  EXPECT_EQ(neither.features[0].frequencies.frequencies, (std::vector<double>{0, 2}));
  EXPECT_EQ(neither.features[1].frequencies.frequencies, (std::vector<double>{0, 0.5}));
  EXPECT_EQ(neither.joint_count, 0u);
  EXPECT_TRUE(std::isnan(neither.log10_joint_count));
  EXPECT_FALSE(neither.inversion.finite);
}

// Frequencies need no state: 243^10 vectors, which 64 bits do not hold.
TEST(Spectrum, OfFiftyQubitsIsCountedWithoutAState) {
  Circuit circuit(50);
  append_fourier_tower(circuit, 10, 5, 5);
  append_hardware_efficient(circuit, 2, Entangler::cnot_chain);
  const Observable all = Observable::pauli_z_string((std::uint64_t{1} << 50) - 1);
  const auto output = spectrum(circuit, {all}, random_parameters(circuit, 1), {.coefficients = false}).outputs[0];
  EXPECT_EQ(output.joint_count, 0u);
  EXPECT_NEAR(output.log10_joint_count, 10 * std::log10(243), 1e-12);
  // Degree 1562 each for the squared error's gradient.
  EXPECT_NEAR(output.inversion.log10_bezout, 10 * std::log10(2 * 15620), 1e-12);
  EXPECT_NEAR(output.inversion.log10_nyquist, 50 * std::log10(5), 1e-12);
}

TEST(Spectrum, LeavesOutCoefficientsThatNeedTooManySamples) {
  Circuit circuit(4);
  append_fourier_tower(circuit, 1, 4, 5);
  const Observable all = Observable::pauli_z_string(15);
  const auto refused = only_feature(circuit, all, {}, {.max_samples = 511});
  EXPECT_EQ(refused.series.method, CoefficientMethod::none);
  const auto allowed = only_feature(circuit, all, {}, {.max_samples = 512});
  EXPECT_EQ(allowed.series.samples, 512u);
  // prod_k cos(5^k x) = 2^-4 sum over all signs of exp(i x sum_k +-5^k): the frequencies without a digit zero.
  for (const FourierTerm& term : allowed.series.terms) {
    bool has_all_digits = true;
    for (std::int64_t rest = std::llround(term.frequency), digit = 0; digit < 4; ++digit) {
      const std::int64_t last = (rest % 5 + 5) % 5;
      has_all_digits = has_all_digits && last != 0;
      rest = (rest - (last == 4 ? -1 : last)) / 5;
    }
    EXPECT_NEAR(std::abs(term.coefficient), has_all_digits ? 0.0625 : 0, 1e-14) << term.frequency;
  }
}

TEST(FourierSeries, KnowsWhatBandItUses) {
  const FourierSeries series{CoefficientMethod::fft, {{0, 5}, {1, 1}, {2, {0, 2}}, {7, 0.1}}};
  EXPECT_EQ(bandwidth(series, 0.1), 1);
  EXPECT_EQ(bandwidth(series), 2);
  EXPECT_EQ(bandwidth(series, 1), 7);
  EXPECT_EQ(bandwidth({CoefficientMethod::fft, {{0, 5}, {1, 0}}}), 0);
  EXPECT_THROW(bandwidth(series, 0), Error);
  EXPECT_NEAR(series(0.3), 5 + 2 * std::cos(0.3) - 4 * std::sin(0.6) + 0.2 * std::cos(2.1), 1e-14);
}

TEST(Spectrum, OfNothingIsEmpty) {
  Circuit circuit(2);
  circuit.h(0);
  EXPECT_TRUE(spectrum(circuit, {}, {}).outputs.empty());
  const auto output = spectrum(circuit, {Observable::pauli_z(0)}, {}).outputs.at(0);
  EXPECT_TRUE(output.features.empty());
  EXPECT_EQ(output.joint_count, 1u);
  EXPECT_EQ(output.inversion.unknowns, 0u);
  circuit.rx(0, Angle::input(1));
  const auto constant = spectrum(circuit, {Observable{}}, {}).outputs.at(0);
  EXPECT_EQ(constant.features.at(1).variable, Variable::none);
  EXPECT_EQ(constant.features.at(1).series.terms.at(0).coefficient, 0.0);
}

TEST(Spectrum, RefusesWhatItCannotRead) {
  Circuit circuit(1);
  circuit.ry(0, Angle::arccos_input(0)).rx(0, Angle::parameter(0));
  const std::vector<Observable> z = {Observable::pauli_z(0)};
  const std::vector<double> one = {0.2};
  EXPECT_NO_THROW(spectrum(circuit, z, one));
  EXPECT_THROW(spectrum(circuit, z, {}), Error);
  EXPECT_THROW(spectrum(circuit, z, std::vector<double>{NAN}), Error);
  EXPECT_THROW(spectrum(circuit, z, one, {.inputs = {1.5}}), Error);
  EXPECT_THROW(spectrum(circuit, z, one, {.inputs = {0, 0}}), Error);
  EXPECT_THROW(spectrum(circuit, z, one, {.max_samples = 0}), Error);
  EXPECT_THROW(spectrum(circuit, z, one, {.target = INFINITY}), Error);
  EXPECT_THROW(spectrum(circuit, {Observable::pauli_z(1)}, one), Error);
}

TEST(InversionBounds, AreTheKnownCounts) {
  // One input of degree d: 2 d solutions a period, both ways.
  const InversionBounds one = inversion_bounds(std::vector<std::uint64_t>{12});
  EXPECT_NEAR(one.log10_bezout, std::log10(24), 1e-14);
  EXPECT_NEAR(one.log10_laurent, std::log10(24), 1e-14);
  EXPECT_NEAR(one.log10_nyquist, std::log10(25), 1e-14);
  // Two, of degrees 2 and 3: 2^2 (2+3)^2 = 100 and 2! 4 6 = 48.
  const InversionBounds two = inversion_bounds(std::vector<std::uint64_t>{2, 0, 3});
  EXPECT_EQ(two.unknowns, 2u);
  EXPECT_NEAR(two.log10_bezout, 2, 1e-14);
  EXPECT_NEAR(two.log10_laurent, std::log10(48), 1e-14);
  EXPECT_EQ(inversion_bounds({}).log10_bezout, -INFINITY);
}

// The bound holds, and is more than a formality: a gradient equation has many solutions.
TEST(InversionBounds, HoldForTheSolutionsOfAGradientEquation) {
  Circuit circuit(2);
  append_fourier_tower(circuit, 1, 2, 5);
  append_hardware_efficient(circuit, 3, Entangler::cnot_chain);
  const std::vector<double> parameters = random_parameters(circuit, 5);
  const auto output = spectrum(circuit, {Observable::pauli_z_string(3)}, parameters,
                               {.gradients = GradientOf::squared_error, .target = 0.2})
                          .outputs[0];
  const double bound = std::pow(10, output.inversion.log10_laurent);
  EXPECT_NEAR(bound, 24, 1e-9);
  std::size_t most = 0;
  for (const GradientSeries& gradient : output.features[0].gradients) {
    const double value = gradient.series(1.1);
    std::size_t changes = 0;
    bool above = gradient.series(0) > value;
    for (int step = 1; step <= 4000; ++step) {
      const bool now = gradient.series(2 * std::numbers::pi * step / 4000) > value;
      changes += now != above;
      above = now;
    }
    EXPECT_LE(static_cast<double>(changes), bound + 0.5);
    most = std::max(most, changes);
  }
  EXPECT_GE(most, 6u);
}

TEST(FourierGrid, OfAProductOfCosinesIsKnown) {
  Circuit circuit(2);
  circuit.rx(0, Angle::input(0)).rx(1, Angle::input(1, 3));
  const FourierGrid grid = fourier_grid(circuit, Observable::pauli_z_string(3), {}, {0, 1});
  EXPECT_EQ(grid.degrees, (std::vector<std::uint64_t>{1, 1}));
  EXPECT_NEAR(grid.bases[1], 3, 1e-15);
  for (std::int64_t k = -1; k <= 1; ++k)
    for (std::int64_t l = -1; l <= 1; ++l)
      EXPECT_NEAR(std::abs(grid.at(std::vector{k, l}) - (k != 0 && l != 0 ? 0.25 : 0)), 0, 1e-15);
  EXPECT_EQ(grid.at(std::vector<std::int64_t>{2, 0}), std::complex<double>(0));
}

TEST(FourierGrid, OfARandomCircuitIsTheDenseFunction) {
  Circuit circuit(3);
  append_angle_encoding(circuit, Axis::y, 3);
  append_hardware_efficient(circuit, 1, Entangler::cnot_ring);
  append_angle_encoding(circuit, Axis::x, 2, 2);
  append_hardware_efficient(circuit, 1, Entangler::cnot_ring, 6);
  const std::vector<double> parameters = random_parameters(circuit, 9);
  const Observable observable{{{1.0, 0b010, 0b100}}};
  const FourierGrid grid = fourier_grid(circuit, observable, parameters, {2, 0}, {.inputs = {9, 0.4, 9}});
  EXPECT_LT(grid.residual, 1e-13);
  const double first = 0.9, second = -1.7;
  std::complex<double> sum = 0;
  const auto d0 = static_cast<std::int64_t>(grid.degrees[0]), d1 = static_cast<std::int64_t>(grid.degrees[1]);
  for (std::int64_t k = -d0; k <= d0; ++k)
    for (std::int64_t l = -d1; l <= d1; ++l)
      sum += grid.at(std::vector{k, l}) * std::polar(1.0, static_cast<double>(k) * grid.bases[0] * first +
                                                              static_cast<double>(l) * grid.bases[1] * second);
  EXPECT_NEAR(sum.real(), dense_output(circuit, observable, parameters, {second, 0.4, first}), 1e-13);
  EXPECT_NEAR(sum.imag(), 0, 1e-13);
}

TEST(FourierGrid, RefusesAGridThatIsTooLarge) {
  Circuit circuit(4);
  append_fourier_tower(circuit, 2, 2, 5);
  const std::vector<std::size_t> both = {0, 1};
  EXPECT_NO_THROW(fourier_grid(circuit, Observable::pauli_z_string(15), {}, both, {.max_samples = 256}));
  try {
    fourier_grid(circuit, Observable::pauli_z_string(15), {}, both, {.max_samples = 255});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::resource);
    EXPECT_NE(std::string(error.what()).find("256"), std::string::npos);
  }
  EXPECT_THROW(fourier_grid(circuit, Observable::pauli_z(0), {}, {2}), Error);
  EXPECT_THROW(fourier_grid(circuit, Observable::pauli_z(0), {}, {0, 0}), Error);
  EXPECT_THROW(fourier_grid(circuit, Observable::pauli_z(0), {}, {}), Error);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
