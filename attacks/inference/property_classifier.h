#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tacit::attacks {

/// Feature vectors of equal length, and of each whether the property holds for what it was made of.
struct LabelledVectors {
  std::size_t length = 0;
  std::vector<float> values;  ///< [size, length]
  std::vector<char> holds;    ///< [size]

  std::size_t size() const noexcept { return holds.size(); }
  void add(std::span<const float> vector, bool property_holds);
};

/// The attacker's classifier of updates: does a property hold for the examples behind one? (Melis et al. 2019, arXiv
/// 1805.04049.) Logistic regression with an L2 penalty on standardised features: the minimum over w, b of
/// mean ln(1 + exp(-y (w . x + b))) + penalty / 2 |w|^2, y in {-1, +1}. Found by Newton's method in the span of the
/// examples, so that the length of a vector, a whole model's, costs only inner products. Features that do not vary are
/// left out.
class PropertyClassifier {
 public:
  /// Trains. Throws Error(usage) unless both kinds are there, the penalty is positive and sizes fit; Error(data) on
  /// values that are not finite.
  PropertyClassifier(const LabelledVectors& examples, double penalty = 1);

  /// w . x + b: above 0 the property is the likelier.
  double score(std::span<const float> vector) const;
  /// In units of standardised features, for tests and curiosity.
  const std::vector<double>& weights() const noexcept { return weights_; }
  double bias() const noexcept { return bias_; }
  std::vector<double> standardised(std::span<const float> vector) const;

 private:
  std::vector<double> means_, scales_;  ///< [length]; scale 0: left out
  std::vector<double> weights_;
  double bias_ = 0;
};

}  // namespace tacit::attacks
