#include "coordinator/aggregation/fedsgd.h"

namespace tacit::coordinator {

FederatedSgd::FederatedSgd(std::shared_ptr<const ParameterSchema> schema, std::size_t most_updates,
                           double server_learning_rate)
    : mean_(std::move(schema), most_updates), server_learning_rate_(server_learning_rate) {}

Parameters FederatedSgd::finish(const Parameters& current) const {
  return step_along(current, mean_.mean(), -server_learning_rate_);
}

}  // namespace tacit::coordinator
