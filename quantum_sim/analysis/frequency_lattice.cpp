#include "quantum_sim/analysis/frequency_lattice.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "quantum_sim/analysis/feature.h"
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

std::uint64_t product_of_counts(std::span<const FeatureSpectrum> features) {
  std::uint64_t product = 1;
  for (const FeatureSpectrum& feature : features) {
    const std::uint64_t count = feature.frequencies.count();
    if (count == 0 || product > std::numeric_limits<std::uint64_t>::max() / count) return 0;
    product *= count;
  }
  return product;
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

// The rotation's gap vectors in units of each input's base.
std::vector<Vector> gap_vectors(const PauliRotation& rotation, const std::vector<double>& slopes,
                                std::span<const FeatureSpectrum> features) {
  std::vector<Vector> vectors;
  for (const double share : generator_gaps(rotation, 1)) {
    Vector& vector = vectors.emplace_back(slopes.size());
    for (std::size_t j = 0; j < slopes.size(); ++j)
      if (slopes[j] != 0) vector[j] = std::llround(share * slopes[j] / features[j].frequencies.base);
  }
  return vectors;
}

}  // namespace

FrequencyLattice frequency_lattice(const Circuit& circuit, const Observable& observable,
                                   std::span<const FeatureSpectrum> features, std::span<const double> parameters,
                                   std::span<const double> inputs, std::size_t limit) {
  std::vector<bool> as_variable;
  for (const FeatureSpectrum& feature : features) {
    if (feature.variable == Variable::not_fourier) return {false, true, 0};
    as_variable.push_back(feature.variable == Variable::arccos);
  }
  const std::vector<PauliRotation> rotations =
      visible_rotations(with_arccos_as_variable(circuit, as_variable), {observable}).rotations;
  if (multiplies_inputs(rotations)) return {false, false, 0};
  FrequencyLattice lattice;
  std::vector<std::vector<Vector>> generators;
  const bool commensurable = std::all_of(features.begin(), features.end(), [](const FeatureSpectrum& feature) {
    return feature.frequencies.commensurable;
  });
  for (const PauliRotation& rotation : rotations) {
    std::vector<double> slopes;
    for (std::size_t j = 0; j < features.size(); ++j)
      slopes.push_back(slope(rotation, {Angle::Source::input, j}, parameters, inputs).value_or(0));
    const auto read = static_cast<std::size_t>(inputs.size()) -
                      static_cast<std::size_t>(std::count(slopes.begin(), slopes.end(), 0.0));
    if (read > 1) lattice.separable = false;
    if (read > 0 && commensurable) generators.push_back(gap_vectors(rotation, slopes, features));
  }
  if (lattice.separable)
    lattice.count = product_of_counts(features);
  else if (commensurable)
    lattice.count = count_sums(generators, inputs.size(), limit);
  return lattice;
}

}  // namespace tacit::quantum_sim::analysis
