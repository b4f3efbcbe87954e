#include "cli/craft_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "attacks/malicious/craft.h"
#include "core/error.h"
#include "datasets/dataset.h"
#include "evaluation/mean_feature.h"

namespace tacit::cli {
namespace {

/// The mean feature of data that belong to nobody in the run, as keys of a craft.
std::string statistics_of(const std::string& source, std::uint64_t seed) {
  ConfigTable data = ConfigTable::parse_text("", "--public-data").with("source", std::string_view(source));
  const attacks::MeanFeature feature = evaluation::mean_feature_of(datasets::load(data, seed).train);
  return fmt::format("mean = {}\ndeviation = {}\n", feature.mean, feature.deviation);
}

}  // namespace

void add_craft_keys(CLI::App& command, CraftKeys& keys) {
  command.add_option("--set", keys.settings, "KEY=VALUE of the craft (docs/threat_models.md), any number");
  command.add_option("--public-data", keys.public_data,
                     "Bundled source whose examples say how the mean of an example spreads");
}

ConfigTable craft_table(const std::string& craft, const CraftKeys& keys, std::uint64_t seed) {
  std::string text;
  for (const std::string& setting : keys.settings) {
    if (setting.find('=') == std::string::npos) fail(ErrorKind::usage, "--set {}: expected KEY=VALUE", setting);
    text += setting + "\n";
  }
  if (!keys.public_data.empty()) text += statistics_of(keys.public_data, seed);
  return ConfigTable::parse_text(text, "the options of the craft").with("craft", std::string_view(craft));
}

void add_sent_models(CLI::App& command, SentModels& options) {
  command.add_option("--client-model", options.client_models,
                     "Audit: CLIENT=FILE, weights that this client alone is sent, in every round; any number");
  command.add_option(
      "--craft", options.craft,
      fmt::format("Audit: send every other client models crafted by {}, or by a TOML file of keys, anew each round",
                  fmt::join(attacks::craft_names(), ", ")));
  add_craft_keys(command, options.keys);
}

simulation::CraftOptions craft_options_of(const SentModels& options, std::uint64_t seed) {
  simulation::CraftOptions result;
  for (const std::string& given : options.client_models) {
    const std::size_t equals = given.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == given.size())
      fail(ErrorKind::usage, "--client-model {}: expected CLIENT=FILE", given);
    if (!result.client_models.emplace(given.substr(0, equals), given.substr(equals + 1)).second)
      fail(ErrorKind::usage, "--client-model {}: this client has one already", given);
  }
  const bool has_keys = !options.keys.settings.empty() || !options.keys.public_data.empty();
  const bool is_file = options.craft.ends_with(".toml");
  if (has_keys && (options.craft.empty() || is_file))
    fail(ErrorKind::usage, "--set and --public-data are keys of a craft that --craft names");
  if (is_file) {
    result.craft_toml = ConfigTable::parse_file(options.craft).to_toml();
  } else if (!options.craft.empty()) {
    result.craft_toml = craft_table(options.craft, options.keys, seed).to_toml();
  }
  return result;
}

}  // namespace tacit::cli
