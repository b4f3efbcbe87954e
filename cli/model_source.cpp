#include "cli/model_source.h"

#include "cli/whole_number.h"
#include "coordinator/run_folder.h"
#include "core/error.h"
#include "models/model_section.h"
#include "models/onnx/import.h"
#include "models/specification.h"
#include "models/weight_files.h"
#include "simulation/experiment.h"

namespace tacit::cli {
namespace {

namespace fs = std::filesystem;

void refuse_options(const ModelOptions& options, bool takes_case) {
  if (!takes_case && !options.case_name.empty()) fail(ErrorKind::usage, "--case: {} has no cases", options.place);
  if (!options.shape.empty() || options.classes > 0)
    fail(ErrorKind::usage, "--shape and --classes: {} says itself what its examples are", options.place);
}

ReadModel from_onnx(const fs::path& file) {
  const models::OnnxModel imported = models::import_onnx(file);
  // What the outputs mean is not known, and nothing is trained: any task with as many will do.
  const auto task = LearningTask::regression(element_count(imported.output_shape));
  return {file.string(),
          models::build_model<float>(ConfigTable::parse_text(imported.layers, "layers of " + file.string()),
                                     imported.input_shape, task),
          [imported, file](const models::Model<float>& model) {
            return imported.parameters(model.schema(), file.string());
          }};
}

/// The experiment itself, or the case that is named; the first one if the file has cases.
simulation::Experiment experiment_of(const fs::path& file, const std::string& case_name) {
  const auto experiment = simulation::Experiment::from_file(file);
  const auto cases = experiment.cases();
  if (case_name.empty()) return cases.front().second;
  for (const auto& [name, of_case] : cases)
    if (name == case_name) return of_case;
  fail(ErrorKind::usage, "--case: {} has no case '{}'", file.string(), case_name);
}

ReadModel from_experiment(const fs::path& file, const std::string& case_name, const fs::path& weights) {
  const auto experiment = experiment_of(file, case_name);
  return {experiment.name(), experiment.model(experiment.data().train),
          [experiment, weights](const models::Model<float>& model) {
            return weights.empty() ? experiment.initial_parameters(model)
                                   : models::read_weights(weights, model.schema());
          }};
}

ReadModel from_section(ConfigTable file, const ModelOptions& options) {
  if (options.shape.empty() || options.classes == 0)
    fail(ErrorKind::usage, "{} has no [data] section: --shape and --classes say what its examples are", options.place);
  if (!options.case_name.empty()) fail(ErrorKind::usage, "--case: {} has no cases", options.place);
  const auto split = models::split_weights(models::with_onnx_layers(file.only({"model"}).table("model")));
  return {options.place,
          models::build_model<float>(split.section, options.shape, static_cast<std::size_t>(options.classes)),
          [weights = split.weights](const models::Model<float>& model) {
            constexpr std::uint64_t default_seed = 1;  // that of an experiment
            return weights ? models::read_weights(*weights, model.schema())
                           : Parameters(model.schema(), model.initial_parameters(default_seed));
          }};
}

}  // namespace

void add_model_options(CLI::App& command, ModelOptions& options) {
  command.add_option("place", options.place, "Run folder, experiment file, or .onnx file")->required();
  command.add_option("--case", options.case_name, "Which [[case]] of an experiment (default: the first)");
  command.add_option("--shape", options.shape, "Of one example, for a file with nothing but [model]: 1 28 28")
      ->check(whole_number(1, 1 << 30));
  command.add_option("--classes", options.classes, "And the number of classes")->check(whole_number(2, 1'000'000));
}

ReadModel read_model(const ModelOptions& options) {
  const fs::path place = options.place;
  if (fs::is_directory(place)) {
    refuse_options(options, false);
    const coordinator::RunFolder folder{place};
    for (const fs::path& file : {folder.configuration(), folder.model()})
      if (!fs::exists(file))
        fail(ErrorKind::io,
             "{}: no run in this folder (there is no {}); expected a run folder, an experiment file or an "
             ".onnx file",
             place.string(), file.filename().string());
    return from_experiment(folder.configuration(), {}, folder.model());
  }
  if (place.extension() == ".onnx") {
    refuse_options(options, false);
    return from_onnx(place);
  }
  ConfigTable file = ConfigTable::parse_file(place);
  if (!file.has("data") && !file.has("case")) return from_section(file, options);
  refuse_options(options, true);
  return from_experiment(place, options.case_name, {});
}

}  // namespace tacit::cli
