#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "attacks/model_passes.h"

namespace tacit::attacks {

/// The same candidates seen by the models of several rounds: their gradients one after another, [rounds, parameters].
/// A client that answers every round with the same examples gives an attacker as many equations again, and noise that
/// is drawn afresh averages out.
class SeveralRounds final : public ModelPasses<double> {
 public:
  /// The passes of each round, over models of so many parameters.
  SeveralRounds(std::vector<std::unique_ptr<ModelPasses<double>>> rounds, std::size_t parameters)
      : parameters_(parameters), rounds_(std::move(rounds)) {}

  void gradient(const models::Examples<double>& candidates, std::span<double> g) override;
  void pull_back(const models::Examples<double>& candidates, std::span<const double> direction,
                 std::span<double> inputs, std::span<double> targets) override;

 private:
  std::size_t parameters_;
  std::vector<std::unique_ptr<ModelPasses<double>>> rounds_;
  std::vector<double> inputs_, targets_;
};

}  // namespace tacit::attacks
