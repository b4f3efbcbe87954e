#include "attacks/algebraic/several_feature_system.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "attacks/require_equal_sizes.h"
#include "core/error.h"
#include "models/graph.h"
#include "models/layers/quantum.h"
#include "quantum_sim/analysis/spectrum.h"
#include "quantum_sim/gradients/frequency_set.h"

namespace tacit::attacks {
namespace {

namespace analysis = quantum_sim::analysis;
using std::numbers::pi;
using Complex = std::complex<double>;

const models::Quantum<double>& only_layer(const models::Model<double>& model) {
  const auto& nodes = model.graph().nodes();
  const auto* layer = dynamic_cast<const models::Quantum<double>*>(nodes.front().layer.get());
  if (nodes.size() != 1 || layer == nullptr)
    fail(ErrorKind::configuration,
         "the algebraic inversion needs a model of one quantum layer, and this model has {} layers, the first of type "
         "'{}'",
         nodes.size(), nodes.front().layer->type());
  if (model.input_size() < 2 || model.input_size() > 3)
    fail(ErrorKind::configuration, "the subdivision solves for 2 or 3 features, and this model has {}",
         model.input_size());
  if (model.loss() != models::Loss::mean_squared_error)
    fail(ErrorKind::configuration,
         "the algebraic inversion needs loss 'mean_squared_error', whose gradient is a trigonometric polynomial");
  return *layer;
}

/// Base and degree of each feature, over all outputs.
void measure(const models::Quantum<double>& layer, std::span<const double> theta, std::size_t features,
             std::vector<double>& bases, std::vector<std::size_t>& degrees) {
  analysis::SpectrumOptions structure;
  structure.coefficients = false;
  const auto spectrum = analysis::spectrum(layer.circuit(), layer.observables(), theta, structure);
  for (std::size_t j = 0; j < features; ++j) {
    std::vector<double> found;
    double maximum = 0;
    for (const auto& output : spectrum.outputs) {
      if (j >= output.features.size() || output.features[j].variable == analysis::Variable::none) continue;
      const auto& feature = output.features[j];
      if (feature.variable != analysis::Variable::identity || !feature.squared_error.commensurable)
        fail(ErrorKind::configuration, "the subdivision needs a Fourier series with a base in feature {}", j);
      found.push_back(feature.squared_error.base);
      maximum = std::max(maximum, feature.squared_error.maximum);
    }
    const double base = found.empty() ? 0 : quantum_sim::common_base(found);
    if (base == 0)
      fail(ErrorKind::configuration,
           "no component of the gradient depends on feature {}: there is nothing to solve for", j);
    bases.push_back(base);
    degrees.push_back(static_cast<std::size_t>(std::llround(maximum / base)));
  }
}

/// Discrete Fourier transform along one axis of values [outer, length, inner], k running from -degree to degree.
void transform(std::vector<Complex>& values, std::size_t outer, std::size_t length, std::size_t inner) {
  const auto degree = static_cast<double>(length / 2);
  std::vector<Complex> kernel(length * length), line(length);
  for (std::size_t k = 0; k < length; ++k)
    for (std::size_t t = 0; t < length; ++t)
      kernel[k * length + t] =
          std::polar(1.0 / static_cast<double>(length), -2 * pi * (static_cast<double>(k) - degree) *
                                                            static_cast<double>(t) / static_cast<double>(length));
  for (std::size_t o = 0; o < outer; ++o)
    for (std::size_t i = 0; i < inner; ++i) {
      const auto at = [&](std::size_t t) -> Complex& { return values[(o * length + t) * inner + i]; };
      for (std::size_t k = 0; k < length; ++k) {
        line[k] = 0;
        for (std::size_t t = 0; t < length; ++t) line[k] += kernel[k * length + t] * at(t);
      }
      for (std::size_t k = 0; k < length; ++k) at(k) = line[k];
    }
}

}  // namespace

SeveralFeatureSystem::SeveralFeatureSystem(const models::Model<double>& model, std::span<const double> theta,
                                           std::span<const double> targets, std::span<const double> gradient,
                                           std::size_t max_terms) {
  const models::Quantum<double>& layer = only_layer(model);
  require_equal_sizes("algebraic inversion", model.schema()->size(), theta.size(), gradient.size());
  require_equal_sizes("algebraic inversion", model.target_size(), targets.size());
  measure(layer, theta, model.input_size(), bases_, degrees_);
  double terms = 1;
  for (const std::size_t degree : degrees_) terms *= static_cast<double>(2 * degree + 1);
  if (!(terms <= static_cast<double>(max_terms)))
    fail(ErrorKind::configuration, "the equations would have {:.0f} terms each, more than the {} allowed", terms,
         max_terms);
  const auto count = static_cast<std::size_t>(terms);
  const std::size_t n = degrees_.size(), parameters = theta.size();

  std::vector<std::vector<Complex>> samples(parameters, std::vector<Complex>(count));
  models::Evaluation<double> evaluation(model);
  std::vector<double> x(n), at(parameters);
  for (std::size_t point = 0; point < count; ++point) {
    std::size_t rest = point;
    for (std::size_t j = n; j-- > 0;) {
      const std::size_t length = 2 * degrees_[j] + 1;
      x[j] = 2 * pi * static_cast<double>(rest % length) / (static_cast<double>(length) * bases_[j]);
      rest /= length;
    }
    evaluation.gradient(theta, {x, targets, 1}, {.theta = at, .inputs = {}, .targets = {}});
    for (std::size_t p = 0; p < parameters; ++p) samples[p][point] = at[p];
  }
  evaluations_ = count;

  double mean_square = 0;
  for (std::size_t p = 0; p < parameters; ++p) {
    std::size_t outer = 1, inner = count;
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t length = 2 * degrees_[j] + 1;
      inner /= length;
      transform(samples[p], outer, length, inner);
      outer *= length;
    }
    Equation equation{std::move(samples[p]), {}, 0};
    for (std::size_t term = 0; term < count; ++term) {
      double k[3] = {0, 0, 0};
      std::size_t rest = term;
      for (std::size_t j = n; j-- > 0;) {
        const std::size_t length = 2 * degrees_[j] + 1;
        k[j] = std::abs(static_cast<double>(rest % length) - static_cast<double>(degrees_[j]));
        rest /= length;
      }
      const double size = std::abs(equation.coefficients[term]);
      mean_square += size * size;
      if (k[0] + k[1] + k[2] > 0) equation.variance += size * size;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) equation.curvature[i * 3 + j] += k[i] * k[j] * size;
    }
    equation.coefficients[count / 2] -= gradient[p];  // all k zero
    equations_.push_back(std::move(equation));
  }
  scale_ = std::sqrt(mean_square);
  // What is constant but for rounding says nothing of the inputs.
  std::erase_if(equations_, [&](const Equation& e) { return !(e.variance > 1e-26 * mean_square); });
  if (equations_.empty())
    fail(ErrorKind::configuration,
         "no component of the gradient depends on the features: there is nothing to solve for");
  std::stable_sort(equations_.begin(), equations_.end(),
                   [](const Equation& a, const Equation& b) { return a.variance > b.variance; });
}

SeveralFeatureSystem::Phases SeveralFeatureSystem::phases(std::span<const double> u) const {
  Phases result;
  result.of.resize(variables());
  for (std::size_t j = 0; j < variables(); ++j) {
    const auto degree = static_cast<double>(degrees_[j]);
    for (std::size_t k = 0; k <= 2 * degrees_[j]; ++k)
      result.of[j].push_back(std::polar(1.0, (static_cast<double>(k) - degree) * u[j]));
  }
  return result;
}

SeveralFeatureSystem::Jet SeveralFeatureSystem::at(std::size_t equation, const Phases& phases) const {
  const std::size_t n = variables();
  const std::size_t first = 2 * degrees_[0] + 1, second = 2 * degrees_[1] + 1, third = n > 2 ? 2 * degrees_[2] + 1 : 1;
  const auto centred = [&](std::size_t k, std::size_t j) {
    return static_cast<double>(k) - static_cast<double>(degrees_[j]);
  };
  const Complex* coefficient = equations_[equation].coefficients.data();
  Jet jet;
  for (std::size_t a = 0; a < first; ++a) {
    Complex sum, by_second, by_third;
    for (std::size_t b = 0; b < second; ++b) {
      Complex inner, inner_slope;
      if (n > 2) {
        for (std::size_t c = 0; c < third; ++c) {
          const Complex term = *coefficient++ * phases.of[2][c];
          inner += term;
          inner_slope += centred(c, 2) * term;
        }
      } else {
        inner = *coefficient++;
      }
      sum += inner * phases.of[1][b];
      by_second += centred(b, 1) * inner * phases.of[1][b];
      by_third += inner_slope * phases.of[1][b];
    }
    // A real polynomial: the derivative of exp(i k u) is i k times it, of which the real part is -k Im.
    jet.value += (sum * phases.of[0][a]).real();
    jet.slope[0] -= centred(a, 0) * (sum * phases.of[0][a]).imag();
    jet.slope[1] -= (by_second * phases.of[0][a]).imag();
    if (n > 2) jet.slope[2] -= (by_third * phases.of[0][a]).imag();
  }
  return jet;
}

}  // namespace tacit::attacks
