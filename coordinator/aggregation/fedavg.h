#pragma once

#include "coordinator/aggregation/weighted_mean.h"

namespace tacit::coordinator {

/// Federated averaging (McMahan et al., AISTATS 2017, Algorithm 1) with a server step size: theta += eta * mean delta,
/// where a delta is theta_after - theta_before of local training, weighted by examples. eta = 1 is the paper.
class FederatedAveraging : public Strategy {
 public:
  FederatedAveraging(std::shared_ptr<const ParameterSchema> schema, std::size_t most_updates,
                     double server_learning_rate);

  v1::UpdateKind expects() const override { return v1::UPDATE_KIND_DELTA; }
  void admit(const Update& update) const override { mean_.admit(update); }
  void fold(const Update& update) override { mean_.fold(update); }
  Parameters finish(const Parameters& current) const override;

 private:
  WeightedMean mean_;
  double server_learning_rate_;
};

}  // namespace tacit::coordinator
