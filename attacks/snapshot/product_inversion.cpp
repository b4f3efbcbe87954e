#include "attacks/snapshot/product_inversion.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr double determined = 1 - 1e-6;
constexpr double points_a_wave = 8;

struct Branch {
  double input = 0, cost = 0;
};

/// Weighted squares over some strings.
class StringCost {
 public:
  StringCost(ProductSnapshot& map, const SnapshotEquations& equations, std::span<const double> snapshot,
             std::vector<std::size_t> strings)
      : map_(map), snapshot_(snapshot), strings_(std::move(strings)), weights_(strings_.size()), at_(strings_.size()) {
    for (std::size_t i = 0; i < strings_.size(); ++i) {
      const double deviation = equations.deviation[strings_[i]];
      weights_[i] = 1 / (deviation * deviation);
    }
  }
  bool empty() const { return strings_.empty(); }
  double operator()(std::span<const double> x) {
    if (strings_.empty()) return 0;
    map_.values(strings_, x, at_);
    double sum = 0;
    for (std::size_t i = 0; i < strings_.size(); ++i) {
      const double error = at_[i] - snapshot_[strings_[i]];
      sum += weights_[i] * error * error;
    }
    return sum;
  }

 private:
  ProductSnapshot& map_;
  std::span<const double> snapshot_;
  std::vector<std::size_t> strings_;
  std::vector<double> weights_, at_;
};

/// The variable u of a feature's grid: x itself, or arccos x.
struct Variable {
  bool arccos;
  double low, high;
  double input(double u) const { return arccos ? std::clamp(std::cos(u), -1 + 1e-12, 1 - 1e-12) : u; }
};

Variable variable_of(const ProductSnapshot& map, std::uint32_t feature, const Bounds& range) {
  if (!map.reads_arccos(feature)) return {false, range.low, range.high};
  return {true, std::acos(std::min(range.high, 1.0)), std::acos(std::max(range.low, -1.0))};
}

/// Golden-section search of a minimum within [low, high].
template <class Cost>
Branch refined(const Cost& cost, double low, double high) {
  constexpr double golden = 1 / std::numbers::phi;
  double a = high - golden * (high - low), b = low + golden * (high - low);
  double at_a = cost(a), at_b = cost(b);
  for (int step = 0; step < 40; ++step) {
    if (at_a < at_b) {
      high = b, b = a, at_b = at_a;
      a = high - golden * (high - low), at_a = cost(a);
    } else {
      low = a, a = b, at_a = at_b;
      b = low + golden * (high - low), at_b = cost(b);
    }
  }
  return at_a < at_b ? Branch{a, at_a} : Branch{b, at_b};
}

std::vector<Branch> branches_of(StringCost& cost, const Variable& variable, std::uint32_t feature, double frequency,
                                std::size_t inputs, const ProductInversion& settings) {
  const double waves = frequency * (variable.high - variable.low) / (2 * std::numbers::pi);
  const double wanted = points_a_wave * waves + 16;
  if (!(wanted <= static_cast<double>(settings.most_points)))
    fail(ErrorKind::configuration, "feature {} has frequency {:.6g}, whose grid would have {:.3g} points, more than {}",
         feature, frequency, wanted, settings.most_points);
  const auto points = static_cast<std::size_t>(wanted);
  const double step = (variable.high - variable.low) / static_cast<double>(points - 1);
  std::vector<double> x(inputs), values(points);
  const auto at = [&](double u) {
    x[feature] = variable.input(u);
    return cost(x);
  };
  for (std::size_t i = 0; i < points; ++i) values[i] = at(variable.low + step * static_cast<double>(i));
  std::vector<Branch> found;
  for (std::size_t i = 0; i < points; ++i) {
    if ((i > 0 && values[i - 1] < values[i]) || (i + 1 < points && values[i + 1] <= values[i])) continue;
    found.push_back({variable.low + step * static_cast<double>(i), values[i]});
  }
  std::sort(found.begin(), found.end(), [](const Branch& a, const Branch& b) { return a.cost < b.cost; });
  if (found.size() > 4 * settings.branches) found.resize(4 * settings.branches);
  for (Branch& branch : found)
    branch = refined(at, std::max(variable.low, branch.input - step), std::min(variable.high, branch.input + step));
  std::sort(found.begin(), found.end(), [](const Branch& a, const Branch& b) { return a.cost < b.cost; });
  if (found.size() > settings.branches) found.resize(settings.branches);
  for (Branch& branch : found) branch.input = variable.input(branch.input);
  return found;
}

std::vector<Branch> evenly_spread(const Variable& variable, std::size_t count) {
  std::vector<Branch> result;
  for (std::size_t i = 0; i < count; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    result.push_back({variable.input(variable.low + share * (variable.high - variable.low)), 0});
  }
  return result;
}

struct Combination {
  std::vector<double> inputs;
  double cost = 0;
};

}  // namespace

InvertedProduct invert_product(ProductSnapshot& map, const SnapshotEquations& equations,
                               std::span<const double> snapshot, const ProductInversion& settings) {
  std::vector<std::vector<std::size_t>> own(map.inputs()), last(map.inputs());
  for (std::size_t a = 0; a < map.dimension(); ++a) {
    const auto& features = map.features_of(a);
    if (features.empty() || equations.resolution[a] < determined || !std::isfinite(equations.deviation[a])) continue;
    (features.size() == 1 ? own : last)[features.back()].push_back(a);
  }
  InvertedProduct result;
  std::vector<Combination> beam{{std::vector<double>(map.inputs(), settings.range.middle()), 0}};
  for (std::uint32_t j = 0; j < map.inputs(); ++j) {
    StringCost alone(map, equations, snapshot, own[j]), joint(map, equations, snapshot, last[j]);
    const Variable variable = variable_of(map, j, settings.range);
    if (alone.empty()) result.without_own_strings.push_back(j);
    const std::vector<Branch> branches =
        alone.empty() ? evenly_spread(variable, 2 * settings.branches)
                      : branches_of(alone, variable, j, map.frequency(j), map.inputs(), settings);
    std::vector<Combination> grown;
    for (const Combination& combination : beam) {
      for (const Branch& branch : branches) {
        Combination next = combination;
        next.inputs[j] = branch.input;
        next.cost += branch.cost + joint(next.inputs);
        grown.push_back(std::move(next));
      }
    }
    std::stable_sort(grown.begin(), grown.end(),
                     [](const Combination& a, const Combination& b) { return a.cost < b.cost; });
    if (grown.size() > settings.beam) grown.resize(settings.beam);
    beam = std::move(grown);
  }
  for (std::size_t i = 0; i < std::min(beam.size(), settings.results); ++i)
    result.inputs.push_back(std::move(beam[i].inputs));
  return result;
}

}  // namespace tacit::attacks
