#include "attacks/malicious/craft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

#include "cli/command.h"
#include "cli/model_source.h"
#include "cli/whole_number.h"
#include "core/error.h"
#include "datasets/dataset.h"
#include "evaluation/mean_feature.h"
#include "models/safetensors.h"

namespace tacit::cli {
namespace {

struct Options {
  std::string craft, public_data, output;
  ModelOptions model;
  std::vector<std::string> settings;
  std::int64_t seed = 1;
};

/// The mean feature of data that belong to nobody in the run, as keys of a craft.
std::string statistics_of(const std::string& source, std::uint64_t seed) {
  ConfigTable data = ConfigTable::parse_text("", "--public-data").with("source", std::string_view(source));
  const attacks::MeanFeature feature = evaluation::mean_feature_of(datasets::load(data, seed).train);
  return fmt::format("mean = {}\ndeviation = {}\n", feature.mean, feature.deviation);
}

/// The options as the table that a craft reads.
ConfigTable craft_table(const Options& options) {
  std::string text;
  for (const std::string& setting : options.settings) {
    if (setting.find('=') == std::string::npos) fail(ErrorKind::usage, "--set {}: expected KEY=VALUE", setting);
    text += setting + "\n";
  }
  if (!options.public_data.empty())
    text += statistics_of(options.public_data, static_cast<std::uint64_t>(options.seed));
  return ConfigTable::parse_text(text, "the options of the craft").with("craft", std::string_view(options.craft));
}

nlohmann::ordered_json craft(const Options& options) {
  if (!options.output.ends_with(".safetensors"))
    fail(ErrorKind::usage, "--output: {} must end in .safetensors", options.output);
  const ConfigTable table = craft_table(options);
  const auto craft = attacks::make_craft(table);
  table.finish();
  const ReadModel read = read_model(options.model);
  const Parameters honest = read.parameters(read.model);
  std::vector<float> theta(honest.values().begin(), honest.values().end());
  craft->write(read.model, static_cast<std::uint64_t>(options.seed), theta);
  std::size_t changed = 0;
  for (std::size_t i = 0; i < theta.size(); ++i) changed += theta[i] != honest.values()[i] ? 1 : 0;
  const Parameters crafted(honest.shared_schema(), std::move(theta));
  models::write_safetensors(options.output, crafted, {{"crafted", options.craft}});
  const std::string hash = to_hex(crafted.hash());
  std::cout << fmt::format(
      "{} of {} parameters of {} crafted for {}, written to {}\n  model SHA-256  {}\n"
      "  to send it     tacit simulate CONFIG --initial-model {}\n",
      changed, crafted.size(), read.origin, options.craft, options.output, hash, options.output);
  return {{"craft", options.craft},       {"malicious", true},  {"origin", read.origin}, {"output", options.output},
          {"parameters", crafted.size()}, {"changed", changed}, {"model_sha256", hash}};
}

}  // namespace

void add_craft(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_subcommand(app, chosen, "craft", "Make a model that gives examples away, to send it in a test",
                     "tacit craft imprint digits.toml --public-data mnist10k --output crafted.safetensors");
  command->add_option("craft", options->craft, fmt::format("One of {}", fmt::join(attacks::craft_names(), ", ")))
      ->required()
      ->check(CLI::IsMember(attacks::craft_names()));
  add_model_options(*command, options->model);
  command->add_option("--set", options->settings, "KEY=VALUE of the craft (docs/threat_models.md), any number");
  command->add_option("--public-data", options->public_data,
                      "Bundled source whose examples say how the mean of an example spreads");
  command->add_option("--seed", options->seed, "Seed of random weights")->check(whole_number(0))->capture_default_str();
  command->add_option("--output", options->output, "File that ends in .safetensors")->required();
  command->callback([options, &chosen] { chosen.action = [options] { return craft(*options); }; });
}

}  // namespace tacit::cli
