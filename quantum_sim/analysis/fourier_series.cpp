#include "quantum_sim/analysis/fourier_series.h"

#include <Eigen/Dense>
#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <unsupported/Eigen/FFT>

#include "core/error.h"

namespace tacit::quantum_sim::analysis {
namespace {

using std::numbers::pi;

constexpr std::size_t most_unknowns = 513;

double golden_fraction(std::size_t index) {
  const double product = (static_cast<double>(index) + 0.5) * (std::numbers::phi - 1);
  return product - std::floor(product);
}

void measure_residuals(const SampledFunctions& functions, double range, std::vector<FourierSeries>& series) {
  std::vector<double> points;
  for (std::size_t index = 0; index < 7; ++index) points.push_back(range * golden_fraction(100003 + index));
  const std::vector<double> values = functions(points);
  for (std::size_t place = 0; place < values.size(); ++place) {
    FourierSeries& one = series[place % series.size()];
    one.residual = std::max(one.residual, std::abs(values[place] - one(points[place / series.size()])));
  }
}

std::vector<FourierSeries> by_fft(const SampledFunctions& functions, std::size_t count, const FrequencySet& set) {
  const std::size_t size = fft_size(set.nyquist_samples());
  const double period = set.base > 0 ? 2 * pi / set.base : 0;
  std::vector<double> points(size);
  for (std::size_t n = 0; n < size; ++n) points[n] = period * static_cast<double>(n) / static_cast<double>(size);
  const std::vector<double> values = functions(points);
  std::vector<FourierSeries> series(count, {CoefficientMethod::fft, {}, size});
  Eigen::FFT<double> fft;
  std::vector<std::complex<double>> column(size), transformed(size);
  for (std::size_t function = 0; function < count; ++function) {
    for (std::size_t n = 0; n < size; ++n) column[n] = values[n * count + function];
    if (size == 1)
      transformed = column;
    else
      fft.fwd(transformed, column);
    for (const double frequency : set.frequencies) {
      const auto multiple = frequency == 0 ? 0 : static_cast<std::size_t>(std::llround(frequency / set.base));
      series[function].terms.push_back({frequency, transformed[multiple] / static_cast<double>(size)});
    }
  }
  measure_residuals(functions, period, series);
  return series;
}

// Columns 1, cos(w_1 u), sin(w_1 u), cos(w_2 u), ...
Eigen::MatrixXd basis_values(const std::vector<double>& points, const std::vector<double>& frequencies) {
  const auto rows = static_cast<Eigen::Index>(points.size());
  Eigen::MatrixXd matrix(rows, static_cast<Eigen::Index>(2 * frequencies.size() - 1));
  for (Eigen::Index n = 0; n < rows; ++n) {
    matrix(n, 0) = 1;
    for (std::size_t l = 1; l < frequencies.size(); ++l) {
      const double phase = frequencies[l] * points[static_cast<std::size_t>(n)];
      matrix(n, static_cast<Eigen::Index>(2 * l - 1)) = std::cos(phase);
      matrix(n, static_cast<Eigen::Index>(2 * l)) = std::sin(phase);
    }
  }
  return matrix;
}

std::vector<FourierSeries> by_least_squares(const SampledFunctions& functions, std::size_t count,
                                            const FrequencySet& set, std::size_t samples) {
  double spacing = set.maximum;
  for (std::size_t l = 1; l < set.frequencies.size(); ++l)
    spacing = std::min(spacing, set.frequencies[l] - set.frequencies[l - 1]);
  // Long enough to tell neighbouring frequencies apart; no regular grid, so that none is an alias of another.
  const double range = 4 * pi / spacing;
  std::vector<double> points(samples);
  for (std::size_t n = 0; n < samples; ++n) points[n] = range * golden_fraction(n);
  const std::vector<double> values = functions(points);
  const Eigen::BDCSVD<Eigen::MatrixXd> decomposed(basis_values(points, set.frequencies),
                                                  Eigen::ComputeThinU | Eigen::ComputeThinV);
  const auto& singular = decomposed.singularValues();
  std::vector<FourierSeries> series(
      count, {CoefficientMethod::least_squares, {}, samples, singular(0) / singular(singular.size() - 1)});
  Eigen::VectorXd right(static_cast<Eigen::Index>(samples));
  for (std::size_t function = 0; function < count; ++function) {
    for (std::size_t n = 0; n < samples; ++n) right(static_cast<Eigen::Index>(n)) = values[n * count + function];
    const Eigen::VectorXd solution = decomposed.solve(right);
    series[function].terms.push_back({0, solution(0)});
    // a cos + b sin = c exp(i w u) + its conjugate, c = (a - i b) / 2.
    for (std::size_t l = 1; l < set.frequencies.size(); ++l) {
      const auto place = static_cast<Eigen::Index>(2 * l);
      series[function].terms.push_back({set.frequencies[l], {solution(place - 1) / 2, -solution(place) / 2}});
    }
  }
  measure_residuals(functions, range, series);
  return series;
}

}  // namespace

const char* to_string(CoefficientMethod method) noexcept {
  switch (method) {
    case CoefficientMethod::none:
      return "none";
    case CoefficientMethod::fft:
      return "fft";
    case CoefficientMethod::least_squares:
      return "least_squares";
  }
  return "unknown method";
}

double bandwidth(const FourierSeries& series, double share) {
  if (!(share > 0 && share <= 1)) fail(ErrorKind::usage, "bandwidth: the share of power lies in (0, 1], not {}", share);
  double total = 0, sum = 0;
  for (const FourierTerm& term : series.terms)
    if (term.frequency > 0) total += std::norm(term.coefficient);
  if (total == 0) return 0;
  for (const FourierTerm& term : series.terms) {
    if (term.frequency > 0) sum += std::norm(term.coefficient);
    // The whole power is reached up to the rounding of the sum.
    if (sum >= share * total * (1 - 1e-12)) return term.frequency;
  }
  return series.terms.back().frequency;
}

double FourierSeries::operator()(double u) const noexcept {
  double sum = 0;
  for (const FourierTerm& term : terms) {
    const double real = (term.coefficient * std::polar(1.0, term.frequency * u)).real();
    sum += term.frequency == 0 ? real : 2 * real;
  }
  return sum;
}

std::size_t fft_size(std::uint64_t count) noexcept {
  return std::bit_ceil(count);
}

std::vector<FourierSeries> fit_series(const SampledFunctions& functions, std::size_t count,
                                      const FrequencySet& frequencies, std::size_t max_samples) {
  const std::vector<FourierSeries> none(count);
  if (!frequencies.listed || count == 0) return none;
  if (frequencies.commensurable)
    return fft_size(frequencies.nyquist_samples()) <= max_samples ? by_fft(functions, count, frequencies) : none;
  const std::size_t unknowns = frequencies.count(), samples = 4 * unknowns;
  if (unknowns > most_unknowns || samples > max_samples) return none;
  return by_least_squares(functions, count, frequencies, samples);
}

}  // namespace tacit::quantum_sim::analysis
