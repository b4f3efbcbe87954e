#include "attacks/algebraic/one_feature_system.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <optional>

#include "attacks/require_equal_sizes.h"
#include "core/error.h"
#include "models/graph.h"
#include "models/layers/quantum.h"

namespace tacit::attacks {
namespace {

namespace analysis = quantum_sim::analysis;
using Coefficients = std::vector<std::complex<double>>;

const models::Quantum<double>& only_layer(const models::Model<double>& model) {
  const auto& nodes = model.graph().nodes();
  const auto* layer = dynamic_cast<const models::Quantum<double>*>(nodes.front().layer.get());
  if (nodes.size() != 1 || layer == nullptr)
    fail(ErrorKind::configuration,
         "the algebraic inversion needs a model of one quantum layer, and this model has {} layers, the first of type "
         "'{}'",
         nodes.size(), nodes.front().layer->type());
  if (model.input_size() != 1)
    fail(ErrorKind::configuration, "the algebraic inversion solves for one feature, and this model has {}",
         model.input_size());
  if (model.loss() != models::Loss::mean_squared_error)
    fail(ErrorKind::configuration,
         "the algebraic inversion needs loss 'mean_squared_error', whose gradient is a trigonometric polynomial");
  if (layer->circuit().parameters() == 0)
    fail(ErrorKind::configuration, "the algebraic inversion needs a gradient, and this model has no parameters");
  return *layer;
}

/// Sums over the outputs, whose features may have different bases and variables.
class Collector {
 public:
  Collector(const models::Quantum<double>& layer, std::span<const double> theta, std::size_t max_degree)
      : layer_(layer), theta_(theta), max_degree_(max_degree) {}

  /// First what is there, without samples: whether the system can be built, and how large it is.
  void measure(OneFeatureSystem& system) const {
    std::vector<double> bases;
    double maximum = 0;
    std::optional<analysis::Variable> variable;
    for (const auto& output : analysis::spectrum(layer_.circuit(), layer_.observables(), theta_, structure()).outputs) {
      const analysis::FeatureSpectrum& feature = output.features[0];
      if (feature.variable == analysis::Variable::none) continue;
      if (feature.variable == analysis::Variable::not_fourier)
        fail(ErrorKind::configuration, "the algebraic inversion needs a Fourier series of the feature, and {}",
             feature.reason);
      if (variable.value_or(feature.variable) != feature.variable)
        fail(ErrorKind::configuration, "the outputs read the feature both directly and by its arccos");
      variable = feature.variable;
      if (!feature.squared_error.commensurable) refuse_without_base();
      bases.push_back(feature.squared_error.base);
      maximum = std::max(maximum, feature.squared_error.maximum);
    }
    if (!variable) refuse_constant();
    system.variable = *variable;
    system.base = quantum_sim::common_base(bases);
    if (system.base == 0) refuse_without_base();
    const double degree = std::round(maximum / system.base);
    if (!(degree <= static_cast<double>(max_degree_)))
      fail(ErrorKind::configuration, "the algebraic inversion would have degree {:.0f}, more than the {} allowed",
           degree, max_degree_);
    system.degree = static_cast<std::size_t>(degree);
  }

  /// The coefficients of the gradient in each parameter; nothing for one that multiplies the input. The loss is the
  /// mean over K outputs o_k = s f_k of (o_k - y_k)^2, so s^2 / K times the sum of (f_k - y_k / s)^2.
  std::vector<std::optional<Coefficients>> gradients(OneFeatureSystem& system, std::span<const double> targets) const {
    std::vector<std::optional<Coefficients>> sums(theta_.size(), Coefficients(system.degree + 1));
    const double scale = layer_.output_scale();
    for (std::size_t k = 0; k < layer_.observables().size(); ++k) {
      analysis::SpectrumOptions options = structure();
      options.coefficients = true;
      options.gradients = analysis::GradientOf::squared_error;
      options.target = targets[k] / scale;
      const auto result = analysis::spectrum(layer_.circuit(), {layer_.observables()[k]}, theta_, options);
      const analysis::FeatureSpectrum& feature = result.outputs[0].features[0];
      const double share = scale * scale / static_cast<double>(targets.size());
      for (const analysis::GradientSeries& gradient : feature.gradients) add(system, gradient, share, sums);
      system.evaluations += feature.series.samples + feature.gradients.front().series.samples;
    }
    return sums;
  }

  [[noreturn]] static void refuse_constant() {
    fail(ErrorKind::configuration,
         "no component of the gradient depends on the feature: there is nothing to solve for");
  }

 private:
  static analysis::SpectrumOptions structure() {
    return {.inputs = {}, .coefficients = false, .max_frequencies = std::size_t{1} << 20};
  }

  [[noreturn]] static void refuse_without_base() {
    fail(ErrorKind::configuration,
         "the frequencies of the feature have no common base, so its gradient is no polynomial of exp(i base x)");
  }

  static void add(const OneFeatureSystem& system, const analysis::GradientSeries& gradient, double share,
                  std::vector<std::optional<Coefficients>>& sums) {
    auto& sum = sums[gradient.parameter];
    if (gradient.series.method != analysis::CoefficientMethod::fft) sum.reset();
    if (!sum) return;
    for (const analysis::FourierTerm& term : gradient.series.terms)
      (*sum)[static_cast<std::size_t>(std::llround(term.frequency / system.base))] += share * term.coefficient;
  }

  const models::Quantum<double>& layer_;
  std::span<const double> theta_;
  std::size_t max_degree_;
};

}  // namespace

OneFeatureSystem one_feature_system(const models::Model<double>& model, std::span<const double> theta,
                                    std::span<const double> targets, std::span<const double> gradient,
                                    std::size_t max_degree) {
  const models::Quantum<double>& layer = only_layer(model);
  require_equal_sizes("algebraic inversion", model.schema()->size(), theta.size(), gradient.size());
  require_equal_sizes("algebraic inversion", model.target_size(), targets.size());
  OneFeatureSystem system;
  const Collector collector(layer, theta, max_degree);
  collector.measure(system);

  double mean_square = 0, most = 0;
  const auto coefficients = collector.gradients(system, targets);
  for (std::size_t p = 0; p < coefficients.size(); ++p) {
    if (!coefficients[p]) continue;
    const TrigonometricPolynomial component(*coefficients[p]);
    mean_square += component.mean_square();
    Coefficients shifted = *coefficients[p];
    shifted[0] -= gradient[p];
    system.residuals.emplace_back(std::move(shifted));
    if (component.variance() > most) {
      most = component.variance();
      system.pivot = system.residuals.size() - 1;
    }
  }
  // What a gradient can be at all, |2 s (s f - y)|, sets the size of its rounding errors.
  const double largest = std::abs(layer.output_scale()) *
                         (std::abs(layer.output_scale()) + std::abs(*std::max_element(targets.begin(), targets.end())));
  if (!(std::sqrt(most) > 1e-13 * largest)) Collector::refuse_constant();
  system.scale = std::sqrt(mean_square);
  return system;
}

}  // namespace tacit::attacks
