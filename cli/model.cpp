#include "cli/model_verbs.h"

namespace tacit::cli {

void add_model(CLI::App& app, Chosen& chosen) {
  CLI::App* model = app.add_subcommand("model", "Show what a model consists of, and write it to files");
  model->require_subcommand(1);
  model->footer(
      "Example:\n  tacit model summary examples/digits.toml\n"
      "  tacit model export runs/digits/mlp --output model.onnx");
  add_model_summary(*model, chosen);
  add_model_export(*model, chosen);
}

}  // namespace tacit::cli
