#include "quantum_sim/analysis/spectrum.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "quantum_sim/analysis/feature.h"
#include "quantum_sim/analysis/frequency_lattice.h"
#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim::analysis {
namespace {

constexpr std::size_t samples_a_call = 512;
constexpr double largest_chebyshev_degree = 1 << 20;

/// An output, and its derivatives in all parameters, as functions of one input's variable.
class Sampler {
 public:
  Sampler(const Feature& feature, const Observable& observable, std::size_t input, std::span<const double> parameters,
          std::span<const double> inputs)
      : row_(joined(inputs, parameters)),
        inputs_(inputs.size()),
        input_(input),
        simulator_(with_parameters_as_inputs(feature.circuit), {observable}) {}

  std::vector<double> outputs(std::span<const double> points) {
    std::vector<double> result(points.size());
    in_calls(points, [&](std::size_t first, std::size_t count, std::span<const double> rows) {
      simulator_.forward({}, rows, count, std::span(result).subspan(first, count));
    });
    return result;
  }

  /// [points, P]; of the squared error: times 2 (output - target).
  std::vector<double> gradients(std::span<const double> points, GradientOf of, double target) {
    const std::size_t width = row_.size(), parameters = width - inputs_;
    std::vector<double> result;
    in_calls(points, [&](std::size_t, std::size_t count, std::span<const double> rows) {
      std::vector<double> values(count), gradient(count * width);
      simulator_.backward({}, rows, count, std::vector<double>(count, 1.0), values, {}, gradient);
      for (std::size_t lane = 0; lane < count; ++lane) {
        const double factor = of == GradientOf::squared_error ? 2 * (values[lane] - target) : 1;
        for (std::size_t p = 0; p < parameters; ++p) result.push_back(factor * gradient[lane * width + inputs_ + p]);
      }
    });
    return result;
  }

 private:
  template <class Work>
  void in_calls(std::span<const double> points, Work work) {
    std::vector<double> rows;
    for (std::size_t first = 0; first < points.size(); first += samples_a_call) {
      const std::size_t count = std::min(samples_a_call, points.size() - first);
      rows.clear();
      for (std::size_t lane = 0; lane < count; ++lane) {
        rows.insert(rows.end(), row_.begin(), row_.end());
        rows[lane * row_.size() + input_] = points[first + lane];
      }
      work(first, count, rows);
    }
  }

  std::vector<double> row_;
  std::size_t inputs_, input_;
  BatchSimulator<double> simulator_;
};

// A parameter that multiplies the input, so that the derivative in it is no trigonometric sum of the input.
bool multiplies(const Feature& feature, std::size_t parameter, std::size_t input) {
  for (const PauliRotation& rotation : feature.rotations)
    for (const AngleTerm& term : rotation.terms) {
      bool reads_parameter = false, reads_input = false;
      for (const Angle::Factor& factor : term.angle.factors()) {
        reads_parameter |= factor.source == Angle::Source::parameter && factor.index == parameter;
        reads_input |= factor.source == Angle::Source::input && factor.index == input;
      }
      if (reads_parameter && reads_input) return true;
    }
  return false;
}

bool is_integer(double value) {
  return std::abs(value - std::round(value)) <= 1e-9 * std::max(1.0, std::abs(value));
}

void fill_chebyshev(FeatureSpectrum& result) {
  const auto& terms = result.series.terms;
  if (result.series.method == CoefficientMethod::none || result.frequencies.maximum > largest_chebyshev_degree ||
      !std::all_of(terms.begin(), terms.end(), [](const FourierTerm& term) { return is_integer(term.frequency); }))
    return;
  const auto degree = static_cast<std::size_t>(std::llround(result.frequencies.maximum));
  result.chebyshev_cosine.assign(degree + 1, 0);
  result.chebyshev_sine.assign(degree + 1, 0);
  // c exp(i k u) + its conjugate = 2 Re c cos(k u) - 2 Im c sin(k u); T_k(cos u) = cos k u.
  for (const FourierTerm& term : terms) {
    const auto k = static_cast<std::size_t>(std::llround(term.frequency));
    result.chebyshev_cosine[k] = (k == 0 ? 1 : 2) * term.coefficient.real();
    result.chebyshev_sine[k] = -2 * (k == 0 ? 0 : term.coefficient.imag());
  }
}

void fill_gradients(FeatureSpectrum& result, const Feature& feature, Sampler& sampler, std::size_t parameters,
                    const SpectrumOptions& options) {
  const FrequencySet& set = options.gradients == GradientOf::squared_error ? result.squared_error : result.frequencies;
  // The values and their series.
  const std::uint64_t points = set.commensurable ? fft_size(set.nyquist_samples()) : 4 * set.count();
  if (points <= options.max_samples)
    require_memory(3 * points * parameters * sizeof(double), available_memory(),
                   fmt::format("the gradients in {} parameters at {} points", parameters, points));
  const auto sampled = [&](std::span<const double> at) {
    return sampler.gradients(at, options.gradients, options.target);
  };
  std::vector<FourierSeries> series = fit_series(sampled, parameters, set, options.max_samples);
  for (std::size_t p = 0; p < parameters; ++p) {
    const bool is_fourier = !multiplies(feature, p, result.input);
    result.gradients.push_back({p, is_fourier ? std::move(series[p]) : FourierSeries{}});
  }
}

FeatureSpectrum feature_spectrum(const Circuit& circuit, const Observable& observable, std::size_t input,
                                 std::span<const double> parameters, std::span<const double> inputs,
                                 const SpectrumOptions& options) {
  const Feature feature = feature_of(circuit, observable, input, parameters, inputs);
  FeatureSpectrum result;
  result.input = input;
  result.variable = feature.variable;
  result.reason = feature.reason;
  result.rotations = feature.readers;
  if (feature.variable == Variable::not_fourier) {
    result.frequencies = result.squared_error = {false, 0, 0, 0, false, {}};
    return result;
  }
  result.frequencies = sums_of_gaps(feature.gaps, options.max_frequencies);
  std::vector<std::vector<double>> twice = feature.gaps;
  twice.insert(twice.end(), feature.gaps.begin(), feature.gaps.end());
  result.squared_error = sums_of_gaps(twice, options.max_frequencies);
  if (!options.coefficients) return result;
  Sampler sampler(feature, observable, input, parameters, inputs);
  result.series = fit_series([&](std::span<const double> points) { return sampler.outputs(points); }, 1,
                             result.frequencies, options.max_samples)[0];
  if (feature.variable == Variable::arccos) fill_chebyshev(result);
  if (options.gradients != GradientOf::none) fill_gradients(result, feature, sampler, parameters.size(), options);
  return result;
}

InversionBounds bounds_of(const OutputSpectrum& output, bool is_joint) {
  std::vector<std::uint64_t> degrees;
  bool finite = is_joint;
  for (const FeatureSpectrum& feature : output.features) {
    finite = finite && feature.squared_error.commensurable;
    degrees.push_back(feature.squared_error.degree);
  }
  InversionBounds bounds = inversion_bounds(degrees);
  if (finite) return bounds;
  bounds.finite = false;
  bounds.log10_bezout = bounds.log10_laurent = bounds.log10_nyquist = std::numeric_limits<double>::quiet_NaN();
  return bounds;
}

}  // namespace

const char* to_string(Variable variable) noexcept {
  switch (variable) {
    case Variable::none:
      return "none";
    case Variable::identity:
      return "identity";
    case Variable::arccos:
      return "arccos";
    case Variable::not_fourier:
      return "not_fourier";
  }
  return "unknown variable";
}

Spectrum spectrum(const Circuit& circuit, const std::vector<Observable>& observables,
                  std::span<const double> parameters, const SpectrumOptions& options) {
  const std::vector<double> inputs = base_point(circuit, parameters, options.inputs);
  if (!std::isfinite(options.target))
    fail(ErrorKind::usage, "target: expected a finite number, not {}", options.target);
  if (options.max_frequencies == 0 || options.max_samples == 0)
    fail(ErrorKind::usage, "max_frequencies and max_samples must be at least 1");
  Spectrum result;
  for (std::size_t k = 0; k < observables.size(); ++k) {
    OutputSpectrum& output = result.outputs.emplace_back();
    output.output = k;
    for (std::size_t input = 0; input < inputs.size(); ++input)
      output.features.push_back(feature_spectrum(circuit, observables[k], input, parameters, inputs, options));
    const FrequencyLattice lattice =
        frequency_lattice(circuit, observables[k], output.features, parameters, inputs, options.max_frequencies);
    output.separable = lattice.separable;
    output.joint_count = lattice.count;
    output.log10_joint_count = lattice.log10_count;
    output.inversion = bounds_of(output, lattice.is_fourier);
  }
  return result;
}

}  // namespace tacit::quantum_sim::analysis
