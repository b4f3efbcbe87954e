#include "coordinator/config.h"

#include <set>

#include "coordinator/aggregation/registry.h"
#include "core/digest.h"
#include "core/error.h"
#include "proto/blob.h"

namespace tacit::coordinator {
namespace {

constexpr std::int64_t most_rounds = 1'000'000, most_clients = 1'000'000;

std::chrono::milliseconds seconds(ConfigTable& section, const char* key, double fallback) {
  // A millisecond to thirty days: every wait is bounded.
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(section.number(key, {0.001, 30.0 * 86'400}, fallback) * 1000.0 + 0.5));
}

std::size_t count(ConfigTable& section, const char* key, std::int64_t low, std::optional<std::int64_t> fallback) {
  return static_cast<std::size_t>(section.integer(key, {low, most_clients}, fallback));
}

void check_together(const CoordinatorConfig& config, const ConfigTable& section) {
  const std::size_t cohort = config.cohort_size == 0 ? config.minimum_clients : config.cohort_size;
  if (config.cohort_size > config.minimum_clients)
    section.refuse("cohort_size", fmt::format("{} clients a round, but the run begins with minimum_clients = {}",
                                              config.cohort_size, config.minimum_clients));
  if (config.minimum_updates > cohort)
    section.refuse("minimum_updates",
                   fmt::format("{} updates, but a round may ask only {} clients", config.minimum_updates, cohort));
  if (!config.clients.empty() && config.clients.size() < config.minimum_clients)
    section.refuse("clients", fmt::format("{} names, but minimum_clients = {} must join", config.clients.size(),
                                          config.minimum_clients));
  if (std::set(config.clients.begin(), config.clients.end()).size() != config.clients.size())
    section.refuse("clients", "a name stands twice");
}

}  // namespace

CoordinatorConfig CoordinatorConfig::from_config(ConfigTable section) {
  CoordinatorConfig config;
  config.rounds = static_cast<std::uint32_t>(section.integer("rounds", {1, most_rounds}));
  config.algorithm = section.choice("algorithm", strategy_names(), config.algorithm);
  config.server_learning_rate = section.number("server_learning_rate", {1e-12, 1e6}, config.server_learning_rate);
  config.minimum_clients = count(section, "minimum_clients", 1, {});
  config.cohort_size = count(section, "cohort_size", 0, 0);
  config.minimum_updates = count(section, "minimum_updates", 0, 0);
  config.join_deadline = seconds(section, "join_deadline_seconds", 600);
  config.round_deadline = seconds(section, "round_deadline_seconds", 3600);
  config.heartbeat = seconds(section, "heartbeat_seconds", 10);
  config.seed = static_cast<std::uint64_t>(section.integer("seed", {0, std::numeric_limits<std::int64_t>::max()}, 0));
  config.chunk_bytes = static_cast<std::size_t>(section.integer(
      "chunk_bytes", {1024, static_cast<std::int64_t>(wire::largest_chunk_bytes)}, wire::default_chunk_bytes));
  config.clients = section.strings("clients", std::vector<std::string>{});
  section.finish();
  check_together(config, section);
  return config;
}

Digest configuration_hash(const CoordinatorConfig& config, const RunDescription& description,
                          const Parameters& initial) {
  Sha256 hash;
  // Each text is preceded by its length, so that no two descriptions run together.
  const auto add = [&hash](std::string_view text) { hash.update(fmt::format("{}:", text.size())).update(text); };
  add("tacit run configuration 1");
  add(description.model_toml);
  add(description.training_toml);
  add(description.pipeline_toml);
  add(tacit::to_string(description.input_shape));
  add(std::to_string(description.classes));
  if (description.targets > 0) add(fmt::format("{} targets", description.targets));
  if (!description.audit.empty()) add("audit: " + description.audit);
  add(to_hex(initial.hash()));
  add(std::to_string(config.rounds));
  add(config.algorithm);
  add(fmt::format("{:a}", config.server_learning_rate));
  add(fmt::format("{} {} {}", config.minimum_clients, config.cohort_size, config.minimum_updates));
  add(std::to_string(config.seed));
  return hash.finish();
}

}  // namespace tacit::coordinator
