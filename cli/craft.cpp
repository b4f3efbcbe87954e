#include "attacks/malicious/craft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

#include "cli/command.h"
#include "cli/craft_options.h"
#include "cli/model_source.h"
#include "cli/whole_number.h"
#include "core/error.h"
#include "models/safetensors.h"

namespace tacit::cli {
namespace {

struct Options {
  std::string craft, output;
  ModelOptions model;
  CraftKeys keys;
  std::int64_t seed = 1;
};

nlohmann::ordered_json craft(const Options& options) {
  if (!options.output.ends_with(".safetensors"))
    fail(ErrorKind::usage, "--output: {} must end in .safetensors", options.output);
  const ConfigTable table = craft_table(options.craft, options.keys, static_cast<std::uint64_t>(options.seed));
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
  add_craft_keys(*command, options->keys);
  command->add_option("--seed", options->seed, "Seed of random weights")->check(whole_number(0))->capture_default_str();
  command->add_option("--output", options->output, "File that ends in .safetensors")->required();
  command->callback([options, &chosen] { chosen.action = [options] { return craft(*options); }; });
}

}  // namespace tacit::cli
