#include "coordinator/aggregation/registry.h"

#include <fmt/ranges.h>

#include <functional>
#include <map>

#include "coordinator/aggregation/fedavg.h"
#include "coordinator/aggregation/fedsgd.h"
#include "core/error.h"

namespace tacit::coordinator {
namespace {

using Schema = std::shared_ptr<const ParameterSchema>;
using Factory = std::function<std::unique_ptr<Strategy>(const StrategySettings&, Schema, std::size_t most_updates)>;

template <class S>
std::unique_ptr<Strategy> make(const StrategySettings& settings, Schema schema, std::size_t most_updates) {
  return std::make_unique<S>(std::move(schema), most_updates, settings.server_learning_rate);
}

const std::map<std::string, Factory>& registry() {
  static const std::map<std::string, Factory> factories{
      {"fedavg", make<FederatedAveraging>},
      {"fedsgd", make<FederatedSgd>},
  };
  return factories;
}

}  // namespace

std::vector<std::string> strategy_names() {
  std::vector<std::string> names;
  for (const auto& [name, factory] : registry()) names.push_back(name);
  return names;
}

std::unique_ptr<Strategy> make_strategy(const std::string& name, const StrategySettings& settings, Schema schema,
                                        std::size_t most_updates) {
  const auto found = registry().find(name);
  if (found == registry().end())
    fail(ErrorKind::usage, "no aggregation is called '{}'; known are {}", name, fmt::join(strategy_names(), ", "));
  return found->second(settings, std::move(schema), most_updates);
}

}  // namespace tacit::coordinator
