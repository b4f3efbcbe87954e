#pragma once

#include <cstddef>
#include <span>

namespace tacit::attacks {

/// Targets as a smooth function of free variables ("label logits"), so that any value of the variables is a valid
/// target: the softmax of an example's logits (Zhu et al., arXiv 1906.08935, and its code), or tanh for a model with
/// one output, whose targets lie between -1 and +1.
class SoftLabels {
 public:
  /// `size` is the model's target size.
  explicit SoftLabels(std::size_t size) : size_(size) {}
  /// Both [count, size].
  void targets(std::span<const double> logits, std::span<double> targets) const;
  /// From dD/d targets to dD/d logits, at the targets that `targets` gave. All [count, size].
  void pull_back(std::span<const double> targets, std::span<const double> target_gradient,
                 std::span<double> logit_gradient) const;

 private:
  std::size_t size_;
};

}  // namespace tacit::attacks
