#include "quantum_sim/analysis/fourier_grid.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unsupported/Eigen/FFT>
#include <utility>

#include "core/error.h"
#include "quantum_sim/analysis/feature.h"
#include "quantum_sim/batch/batch_simulator.h"

namespace tacit::quantum_sim::analysis {
namespace {

using std::numbers::pi;

constexpr std::size_t samples_a_call = 512;

/// One output as a function of several inputs' variables.
class GridSampler {
 public:
  GridSampler(const Circuit& circuit, const Observable& observable, std::span<const double> parameters,
              std::vector<double> base, std::vector<std::size_t> chosen)
      : simulator_(circuit, {observable}),
        parameters_(parameters),
        base_(std::move(base)),
        chosen_(std::move(chosen)) {}

  /// points [count, chosen] -> [count].
  std::vector<double> operator()(std::span<const double> points) {
    const std::size_t count = points.size() / chosen_.size();
    std::vector<double> outputs(count), rows;
    for (std::size_t first = 0; first < count; first += samples_a_call) {
      const std::size_t lanes = std::min(samples_a_call, count - first);
      rows.clear();
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        rows.insert(rows.end(), base_.begin(), base_.end());
        for (std::size_t d = 0; d < chosen_.size(); ++d)
          rows[lane * base_.size() + chosen_[d]] = points[(first + lane) * chosen_.size() + d];
      }
      simulator_.forward(parameters_, rows, lanes, std::span(outputs).subspan(first, lanes));
    }
    return outputs;
  }

 private:
  BatchSimulator<double> simulator_;
  std::span<const double> parameters_;
  std::vector<double> base_;
  std::vector<std::size_t> chosen_;
};

// Calls visit(index vector) for every index below `sizes`, the last one fastest.
template <class Visit>
void for_each_index(const std::vector<std::size_t>& sizes, Visit visit) {
  std::size_t count = 1;
  for (const std::size_t size : sizes) count *= size;
  std::vector<std::size_t> index(sizes.size());
  for (; count > 0; --count) {
    visit(index);
    for (std::size_t d = sizes.size(); d-- > 0 && ++index[d] == sizes[d];) index[d] = 0;
  }
}

// One-dimensional transforms along every axis, last axis fastest; scaled to coefficients.
void transform(std::vector<std::complex<double>>& values, const std::vector<std::size_t>& sizes) {
  Eigen::FFT<double> fft;
  std::size_t stride = 1;
  for (std::size_t axis = sizes.size(); axis-- > 0; stride *= sizes[axis]) {
    const std::size_t size = sizes[axis];
    if (size == 1) continue;
    std::vector<std::complex<double>> line(size), transformed(size);
    for (std::size_t start = 0; start < values.size(); ++start) {
      if (start / stride % size != 0) continue;
      for (std::size_t n = 0; n < size; ++n) line[n] = values[start + n * stride];
      fft.fwd(transformed, line);
      for (std::size_t n = 0; n < size; ++n) values[start + n * stride] = transformed[n] / static_cast<double>(size);
    }
  }
}

// Powers of two that hold every frequency.
std::vector<std::size_t> grid_sizes(const FourierGrid& grid, std::size_t most) {
  std::vector<std::size_t> sizes;
  double points = 1;
  for (const std::uint64_t degree : grid.degrees) {
    sizes.push_back(fft_size(2 * degree + 1));
    points *= static_cast<double>(sizes.back());
  }
  if (points > static_cast<double>(most))
    fail(ErrorKind::resource, "a Fourier grid over {} inputs needs {:.0f} samples, more than the {} allowed",
         sizes.size(), points, most);
  return sizes;
}

double period(const FourierGrid& grid, std::size_t d) {
  return grid.bases[d] > 0 ? 2 * pi / grid.bases[d] : 0;
}

std::vector<double> equidistant_points(const FourierGrid& grid, const std::vector<std::size_t>& sizes) {
  std::vector<double> points;
  for_each_index(sizes, [&](const std::vector<std::size_t>& index) {
    for (std::size_t d = 0; d < index.size(); ++d)
      points.push_back(period(grid, d) * static_cast<double>(index[d]) / static_cast<double>(sizes[d]));
  });
  return points;
}

// Of the transform, whose negative frequencies stand at the end, the 2 degree + 1 that can be there.
void keep_degrees(FourierGrid& grid, const std::vector<std::complex<double>>& transformed,
                  const std::vector<std::size_t>& sizes) {
  std::vector<std::size_t> kept;
  for (const std::uint64_t degree : grid.degrees) kept.push_back(2 * degree + 1);
  for_each_index(kept, [&](const std::vector<std::size_t>& index) {
    std::size_t place = 0;
    for (std::size_t d = 0; d < index.size(); ++d)
      place = place * sizes[d] + (index[d] + sizes[d] - grid.degrees[d]) % sizes[d];
    grid.coefficients.push_back(transformed[place]);
  });
}

double value_at(const FourierGrid& grid, std::span<const double> u) {
  std::vector<std::size_t> sizes;
  for (const std::uint64_t degree : grid.degrees) sizes.push_back(2 * degree + 1);
  double sum = 0;
  std::size_t place = 0;
  for_each_index(sizes, [&](const std::vector<std::size_t>& index) {
    double phase = 0;
    for (std::size_t d = 0; d < index.size(); ++d)
      phase += (static_cast<double>(index[d]) - static_cast<double>(grid.degrees[d])) * grid.bases[d] * u[d];
    sum += (grid.coefficients[place++] * std::polar(1.0, phase)).real();
  });
  return sum;
}

double residual_off_grid(const FourierGrid& grid, GridSampler& sampler) {
  constexpr std::size_t checks = 5;
  const std::size_t inputs = grid.inputs.size();
  std::vector<double> points;
  for (std::size_t index = 0; index < checks * inputs; ++index) {
    const double fraction = std::fmod((static_cast<double>(index) + 1) * std::numbers::phi, 1.0);
    points.push_back(period(grid, index % inputs) * fraction);
  }
  const std::vector<double> values = sampler(points);
  double residual = 0;
  for (std::size_t check = 0; check < checks; ++check)
    residual =
        std::max(residual, std::abs(values[check] - value_at(grid, std::span(points).subspan(check * inputs, inputs))));
  return residual;
}

bool multiplies_two(const std::vector<PauliRotation>& rotations, const std::vector<std::size_t>& inputs) {
  for (const PauliRotation& rotation : rotations)
    for (const AngleTerm& term : rotation.terms) {
      const auto factors = term.angle.factors();
      const auto readers = std::count_if(factors.begin(), factors.end(), [&](const Angle::Factor& factor) {
        return factor.source == Angle::Source::input &&
               std::find(inputs.begin(), inputs.end(), factor.index) != inputs.end();
      });
      if (readers > 1) return true;
    }
  return false;
}

}  // namespace

std::complex<double> FourierGrid::at(std::span<const std::int64_t> k) const {
  if (k.size() != degrees.size())
    fail(ErrorKind::usage, "Fourier grid: expected {} indices, got {}", degrees.size(), k.size());
  std::size_t index = 0;
  for (std::size_t d = 0; d < k.size(); ++d) {
    const auto degree = static_cast<std::int64_t>(degrees[d]);
    if (k[d] < -degree || k[d] > degree) return 0;
    index = index * (2 * degrees[d] + 1) + static_cast<std::size_t>(k[d] + degree);
  }
  return coefficients[index];
}

FourierGrid fourier_grid(const Circuit& circuit, const Observable& observable, std::span<const double> parameters,
                         const std::vector<std::size_t>& inputs, const SpectrumOptions& options) {
  const std::vector<double> base = base_point(circuit, parameters, options.inputs);
  if (inputs.empty()) fail(ErrorKind::usage, "a Fourier grid takes at least one input");
  FourierGrid grid{.inputs = inputs, .bases = {}, .degrees = {}, .coefficients = {}};
  std::vector<bool> as_variable(circuit.inputs());
  for (const std::size_t input : inputs) {
    if (input >= circuit.inputs() || std::count(inputs.begin(), inputs.end(), input) > 1)
      fail(ErrorKind::usage, "a Fourier grid takes distinct inputs below {}, not {}", circuit.inputs(), input);
    const Feature feature = feature_of(circuit, observable, input, parameters, base);
    if (feature.variable == Variable::not_fourier)
      fail(ErrorKind::usage, "input {} has no Fourier series: {}", input, feature.reason);
    if (multiplies_two(feature.rotations, inputs))
      fail(ErrorKind::usage, "input {} has no joint Fourier series: an angle multiplies it with another input", input);
    const FrequencySet set = sums_of_gaps(feature.gaps, 1);
    if (!set.commensurable) fail(ErrorKind::usage, "input {}: its frequencies have no common base", input);
    as_variable[input] = feature.variable == Variable::arccos;
    grid.bases.push_back(set.base);
    grid.degrees.push_back(set.degree);
  }
  const std::vector<std::size_t> sizes = grid_sizes(grid, options.max_samples);
  GridSampler sampler(with_arccos_as_variable(circuit, as_variable), observable, parameters, base, inputs);
  const std::vector<double> outputs = sampler(equidistant_points(grid, sizes));
  std::vector<std::complex<double>> values(outputs.begin(), outputs.end());
  transform(values, sizes);
  keep_degrees(grid, values, sizes);
  grid.residual = residual_off_grid(grid, sampler);
  return grid;
}

}  // namespace tacit::quantum_sim::analysis
