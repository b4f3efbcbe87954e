#include "attacks/several_rounds.h"

#include <algorithm>

namespace tacit::attacks {
namespace {

void add(std::span<const double> from, std::span<double> to) {
  std::ranges::transform(from, to, to.begin(), [](double a, double b) { return a + b; });
}

}  // namespace

void SeveralRounds::gradient(const models::Examples<double>& candidates, std::span<double> g) {
  for (std::size_t r = 0; r < rounds_.size(); ++r)
    rounds_[r]->gradient(candidates, g.subspan(r * parameters_, parameters_));
}

void SeveralRounds::pull_back(const models::Examples<double>& candidates, std::span<const double> direction,
                              std::span<double> inputs, std::span<double> targets) {
  inputs_.resize(inputs.size());
  targets_.resize(targets.size());
  std::ranges::fill(inputs, 0.0);
  std::ranges::fill(targets, 0.0);
  for (std::size_t r = 0; r < rounds_.size(); ++r) {
    rounds_[r]->pull_back(candidates, direction.subspan(r * parameters_, parameters_), inputs_, targets_);
    add(inputs_, inputs);
    add(targets_, targets);
  }
}

}  // namespace tacit::attacks
