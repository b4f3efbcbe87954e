#include <fmt/format.h>

#include <iostream>

#include "cli/model_source.h"
#include "cli/model_verbs.h"
#include "models/weight_files.h"

namespace tacit::cli {
namespace {

struct Options {
  ModelOptions model;
  std::string output;
};

nlohmann::ordered_json write(const Options& options) {
  models::check_weight_file(options.output);
  const ReadModel read = read_model(options.model);
  const Parameters parameters = read.parameters(read.model);
  models::write_model(options.output, read.model, parameters);
  const std::string hash = to_hex(parameters.hash());
  std::cout << fmt::format("{}: {} parameters written to {}\n  model SHA-256  {}\n", read.origin, parameters.size(),
                           options.output, hash);
  return {
      {"origin", read.origin}, {"output", options.output}, {"parameters", parameters.size()}, {"model_sha256", hash}};
}

}  // namespace

void add_model_export(CLI::App& model, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(model, chosen, "export", "Write a model's parameters, or all of it as ONNX",
                                     "tacit model export runs/digits/mlp --output model.onnx");
  add_model_options(*command, options->model);
  command->add_option("--output", options->output, "File that ends in .onnx, .safetensors or .npz")->required();
  command->callback([options, &chosen] { chosen.action = [options] { return write(*options); }; });
}

}  // namespace tacit::cli
