#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coordinator/aggregation/strategy.h"

namespace tacit::coordinator {

/// What a strategy is built from, once a round.
struct StrategySettings {
  double server_learning_rate = 1.0;
};

/// Names of all strategies, sorted: what `coordinator.algorithm` may be.
std::vector<std::string> strategy_names();

/// A fresh strategy for one round of at most `most_updates` updates. Throws Error(usage) on an unknown name, listing
/// the known ones.
std::unique_ptr<Strategy> make_strategy(const std::string& name, const StrategySettings& settings,
                                        std::shared_ptr<const ParameterSchema> schema, std::size_t most_updates);

}  // namespace tacit::coordinator
