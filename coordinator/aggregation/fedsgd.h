#pragma once

#include "coordinator/aggregation/weighted_mean.h"

namespace tacit::coordinator {

/// Federated SGD (McMahan et al., AISTATS 2017, section 2): theta -= eta * mean gradient, weighted by examples.
class FederatedSgd : public Strategy {
 public:
  FederatedSgd(std::shared_ptr<const ParameterSchema> schema, std::size_t most_updates, double server_learning_rate);

  v1::UpdateKind expects() const override { return v1::UPDATE_KIND_GRADIENT; }
  void admit(const Update& update) const override { mean_.admit(update); }
  void fold(const Update& update) override { mean_.fold(update); }
  Parameters finish(const Parameters& current) const override;

 private:
  WeightedMean mean_;
  double server_learning_rate_;
};

}  // namespace tacit::coordinator
