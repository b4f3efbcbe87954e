#include "quantum_sim/analysis/frequency_lattice.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "quantum_sim/analysis/feature.h"
#include "quantum_sim/gradients/generator_groups.h"
#include "quantum_sim/gradients/rotation_slopes.h"
#include "quantum_sim/gradients/visible_rotations.h"

namespace tacit::quantum_sim::analysis {
namespace {

using Vector = std::vector<std::int64_t>;

bool multiplies_inputs(const std::vector<PauliRotation>& rotations) {
  for (const PauliRotation& rotation : rotations)
    for (const AngleTerm& term : rotation.terms) {
      const auto factors = term.angle.factors();
      if (std::count_if(factors.begin(), factors.end(),
                        [](const Angle::Factor& factor) { return factor.source == Angle::Source::input; }) > 1)
        return true;
    }
  return false;
}

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::uint64_t product_of_counts(std::span<const FeatureSpectrum> features) {
  std::uint64_t product = 1;
  for (const FeatureSpectrum& feature : features) {
    const std::uint64_t count = feature.frequencies.count();
    if (count == 0 || product > std::numeric_limits<std::uint64_t>::max() / count) return 0;
    product *= count;
  }
  return product;
}

double log10_of_counts(std::span<const FeatureSpectrum> features) {
  double sum = 0;
  for (const FeatureSpectrum& feature : features) {
    const std::uint64_t count = feature.frequencies.count();
    sum += count == 0 ? unknown : std::log10(static_cast<double>(count));
  }
  return sum;
}

// Sums of one vector of each generator, each also negative or left out; 0 if they become more than `limit`.
std::uint64_t count_sums(const std::vector<std::vector<Vector>>& generators, std::size_t inputs, std::size_t limit) {
  std::set<Vector> sums = {Vector(inputs)};
  for (const std::vector<Vector>& gaps : generators) {
    std::set<Vector> more = sums;
    for (const Vector& gap : gaps)
      for (const Vector& sum : sums)
        for (const int sign : {1, -1}) {
          Vector shifted = sum;
          for (std::size_t j = 0; j < inputs; ++j) shifted[j] += sign * gap[j];
          more.insert(std::move(shifted));
          if (more.size() > limit) return 0;
        }
    sums = std::move(more);
  }
  return sums.size();
}

// slopes[j][r]: how fast input j moves the angle of rotation r.
using Slopes = std::vector<std::vector<double>>;

Slopes slopes_of(const std::vector<PauliRotation>& rotations, std::span<const double> parameters,
                 std::span<const double> inputs) {
  Slopes slopes(inputs.size());
  for (std::size_t j = 0; j < inputs.size(); ++j)
    for (const PauliRotation& rotation : rotations)
      slopes[j].push_back(slope(rotation, {Angle::Source::input, j}, parameters, inputs).value_or(0));
  return slopes;
}

std::size_t inputs_of(const Slopes& slopes, std::size_t rotation) {
  return static_cast<std::size_t>(
      std::count_if(slopes.begin(), slopes.end(), [&](const auto& of_input) { return of_input[rotation] != 0; }));
}

// Each group's gaps as vectors over the inputs.
std::vector<std::vector<std::vector<double>>> gap_vectors(const std::vector<GeneratorGroup>& groups,
                                                          const Slopes& slopes) {
  std::vector<std::vector<std::vector<double>>> result;
  for (const GeneratorGroup& group : groups) {
    auto& vectors = result.emplace_back();
    for (const std::vector<double>& weights : group.gap_weights) {
      std::vector<double>& vector = vectors.emplace_back(slopes.size());
      for (std::size_t j = 0; j < slopes.size(); ++j)
        for (std::size_t place = 0; place < weights.size(); ++place)
          vector[j] += weights[place] * slopes[j][group.rotations[place]];
    }
  }
  return result;
}

// In units of a base of each input; nothing if an input has none.
std::optional<std::vector<std::vector<Vector>>> as_integers(const std::vector<std::vector<std::vector<double>>>& gaps,
                                                            std::size_t inputs) {
  std::vector<std::vector<Vector>> result;
  for (const auto& vectors : gaps) result.emplace_back(vectors.size(), Vector(inputs));
  for (std::size_t j = 0; j < inputs; ++j) {
    std::vector<double> values;
    for (const auto& vectors : gaps)
      for (const auto& vector : vectors)
        if (vector[j] != 0) values.push_back(std::abs(vector[j]));
    if (values.empty()) continue;
    const double base = common_base(values);
    if (base == 0) return std::nullopt;
    for (std::size_t group = 0; group < gaps.size(); ++group)
      for (std::size_t gap = 0; gap < gaps[group].size(); ++gap)
        result[group][gap][j] = std::llround(gaps[group][gap][j] / base);
  }
  return result;
}

}  // namespace

FrequencyLattice frequency_lattice(const Circuit& circuit, const Observable& observable,
                                   std::span<const FeatureSpectrum> features, std::span<const double> parameters,
                                   std::span<const double> inputs, std::size_t limit) {
  std::vector<bool> as_variable;
  for (const FeatureSpectrum& feature : features) {
    if (feature.variable == Variable::not_fourier) return {false, true, 0, unknown};
    as_variable.push_back(feature.variable == Variable::arccos);
  }
  const std::vector<PauliRotation> rotations =
      visible_rotations(with_arccos_as_variable(circuit, as_variable), {observable}).rotations;
  if (multiplies_inputs(rotations)) return {false, false, 0, unknown};
  const Slopes slopes = slopes_of(rotations, parameters, inputs);
  FrequencyLattice lattice;
  std::vector<bool> reads;
  for (std::size_t rotation = 0; rotation < rotations.size(); ++rotation) {
    const std::size_t read = inputs_of(slopes, rotation);
    reads.push_back(read > 0);
    lattice.separable = lattice.separable && read <= 1;
  }
  if (lattice.separable) {
    lattice.count = product_of_counts(features);
    lattice.log10_count = log10_of_counts(features);
    return lattice;
  }
  const auto gaps = as_integers(gap_vectors(generator_groups(rotations, reads), slopes), inputs.size());
  if (gaps) lattice.count = count_sums(*gaps, inputs.size(), limit);
  lattice.log10_count = lattice.count > 0 ? std::log10(static_cast<double>(lattice.count)) : unknown;
  return lattice;
}

}  // namespace tacit::quantum_sim::analysis
