#pragma once

#include <span>
#include <vector>

#include "attacks/model_passes.h"
#include "models/model.h"

namespace tacit::attacks {

/// The same candidates seen by the models of several rounds: their gradients one after another, [rounds, parameters].
/// A client that answers every round with the same examples gives an attacker as many equations again, and noise that
/// is drawn afresh averages out.
class SeveralRounds final : public ModelPasses<double> {
 public:
  /// `thetas`, one a round, must outlive this, and so must the model.
  SeveralRounds(const models::Model<double>& model, std::span<const std::vector<double>> thetas);

  void gradient(const models::Examples<double>& candidates, std::span<double> g) override;
  void pull_back(const models::Examples<double>& candidates, std::span<const double> direction,
                 std::span<double> inputs, std::span<double> targets) override;

 private:
  std::size_t parameters_;
  std::vector<OwnPasses<double>> rounds_;
  std::vector<double> inputs_, targets_;
};

}  // namespace tacit::attacks
