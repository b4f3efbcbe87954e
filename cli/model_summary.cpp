#include <fmt/format.h>

#include <iostream>

#include "cli/model_source.h"
#include "cli/model_verbs.h"
#include "models/summary.h"

namespace tacit::cli {
namespace {

/// 61706 as "61,706".
std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string text_of(const ReadModel& read, const models::ModelSummary& summary) {
  std::size_t name = 5, type = 4, shape = 5;
  for (const auto& layer : summary.layers) {
    name = std::max(name, layer.name.size());
    type = std::max(type, layer.type.size());
    shape = std::max(shape, to_string(layer.output_shape).size());
  }
  const auto row = [&](const std::string& a, const std::string& b, const std::string& c, const std::string& d,
                       const std::string& e, const std::string& f) {
    return fmt::format("  {:<{}}  {:<{}}  {:<{}}  {:>13}  {:>8}  {:>15}\n", a, name, b, type, c, shape, d, e, f);
  };
  std::string text = fmt::format("{}\n\n", read.origin) + row("layer", "type", "gives", "trained", "fixed", "FLOPs") +
                     row("input", "", to_string(summary.input_shape), "", "", "");
  bool all_known = true;
  std::string before = "input";
  for (const auto& layer : summary.layers) {
    std::string line = row(layer.name, layer.type, to_string(layer.output_shape), grouped(layer.parameters),
                           grouped(layer.fixed), layer.operations ? grouped(*layer.operations) : "unknown");
    if (layer.inputs != std::vector{before})
      line.insert(line.size() - 1, fmt::format("  of {}", fmt::join(layer.inputs, ", ")));
    text += line;
    before = layer.name;
    all_known = all_known && layer.operations;
  }
  text += row("total", "", "", grouped(summary.parameters), grouped(summary.fixed), grouped(summary.operations));
  text += "\nFLOPs: of one example, forward; a multiply-add counts as two.";
  return text + (all_known ? "\n" : " The total leaves out the layers whose number is unknown.\n");
}

nlohmann::ordered_json object_of(const ReadModel& read, const models::ModelSummary& summary) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const auto& layer : summary.layers)
    layers.push_back({{"name", layer.name},
                      {"type", layer.type},
                      {"inputs", layer.inputs},
                      {"output_shape", layer.output_shape},
                      {"parameters", layer.parameters},
                      {"fixed_parameters", layer.fixed},
                      {"flops", layer.operations ? nlohmann::ordered_json(*layer.operations) : nullptr}});
  return {{"origin", read.origin},
          {"input_shape", summary.input_shape},
          {"layers", layers},
          {"parameters", summary.parameters},
          {"fixed_parameters", summary.fixed},
          {"flops", summary.operations},
          {"schema_sha256", to_hex(read.model.schema()->hash())}};
}

nlohmann::ordered_json summary(const ModelOptions& options) {
  const ReadModel read = read_model(options);
  const models::ModelSummary summary = models::summarise(read.model.graph());
  std::cout << text_of(read, summary);
  return object_of(read, summary);
}

}  // namespace

void add_model_summary(CLI::App& model, Chosen& chosen) {
  auto options = std::make_shared<ModelOptions>();
  CLI::App* command = add_subcommand(model, chosen, "summary", "Layers, shapes, parameters and operations of a model",
                                     "tacit model summary examples/digits.toml --json");
  add_model_options(*command, *options);
  command->callback([options, &chosen] { chosen.action = [options] { return summary(*options); }; });
}

}  // namespace tacit::cli
