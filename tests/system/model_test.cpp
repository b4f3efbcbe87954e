#include <gmock/gmock.h>

#include "core/error.h"
#include "core/files.h"
#include "system/experiment_file.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

/// The experiment of write_experiment in a folder of its own, its [model] section replaced.
fs::path with_model(const fs::path& folder, const std::string& model, const std::string& simulation_keys = "") {
  fs::create_directory(folder);
  const fs::path file = write_experiment(folder, 2, 3, simulation_keys);
  std::string text = read_text(file);
  const std::size_t begin = text.find("[model]"), end = text.find("[training]");
  text.replace(begin, end - begin, "[model]\n" + model + "\n");
  write_atomically(file, text);
  return file;
}

TEST(ModelCommand, SummarisesAnExperiment) {
  const TemporaryFolder folder;
  const fs::path file = write_experiment(folder.path());
  TacitProcess process({"model", "summary", file, "--json"});
  EXPECT_EQ(process.wait(), 0);
  EXPECT_THAT(process.output(), HasSubstr("linear1"));
  const auto summary = process.json();
  EXPECT_EQ(summary.at("parameters"), 4 * 8 + 8 + 8 * 3 + 3);
  EXPECT_EQ(summary.at("fixed_parameters"), 0);
  EXPECT_EQ(summary.at("flops"), 2 * 32 + 8 + 2 * 24);
  ASSERT_EQ(summary.at("layers").size(), 3u);
  EXPECT_EQ(summary.at("layers")[1].at("type"), "tanh");
  EXPECT_EQ(summary.at("layers")[2].at("output_shape"), nlohmann::json::array({3}));
}

TEST(ModelCommand, SummarisesASectionForGivenExamples) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "model.toml";
  write_atomically(file, std::string_view("[model]\npreset = \"lenet5\"\n"));
  EXPECT_EQ(run_json({"model", "summary", file, "--shape", "1", "28", "28", "--classes", "10"}).at("parameters"),
            61706);
  TacitProcess process({"model", "summary", file});
  EXPECT_EQ(process.wait(), exit_code(ErrorKind::usage));
  EXPECT_THAT(process.errors(), HasSubstr("--shape and --classes"));
}

// A model that was trained, written as ONNX, and trained on: the same bits in one process and in many, and the same as
// from its layers with its weights.
TEST(ModelCommand, ATrainedModelGoesOutAndTrainsOn) {
  const TemporaryFolder folder;
  const fs::path first = write_experiment(folder.path(), 2, 3);
  const auto trained = run_json({"simulate", first});
  const fs::path run = trained.at("run_folder").get<std::string>();
  const auto out = [&](const char* name) { return (folder.path() / name).string(); };
  for (const char* name : {"model.onnx", "model.npz", "model.safetensors"})
    EXPECT_EQ(run_json({"model", "export", run, "--output", out(name)}).at("model_sha256"), trained.at("model_sha256"));
  EXPECT_EQ(run_json({"model", "summary", out("model.onnx")}).at("parameters"), trained.at("parameters"));

  const std::string onnx = "onnx = \"" + out("model.onnx") + "\"";
  const fs::path one = with_model(folder.path() / "one", onnx),
                 many = with_model(folder.path() / "many", onnx, "mode = \"processes\"\n");
  EXPECT_EQ(run_json({"model", "export", one, "--output", out("again.onnx")}).at("model_sha256"),
            trained.at("model_sha256"));
  const auto result = run_json({"simulate", one});
  EXPECT_NE(result.at("model_sha256"), trained.at("model_sha256"));
  EXPECT_EQ(run_json({"simulate", many}).at("model_sha256"), result.at("model_sha256"));
  for (const char* name : {"model.npz", "model.safetensors"}) {
    std::string layers = "weights = \"" + out(name) + "\"\n[[model.layers]]\ntype = \"linear\"\noutputs = 8\n" +
                         "[[model.layers]]\ntype = \"tanh\"\n[[model.layers]]\ntype = \"linear\"\noutputs = 3\n";
    EXPECT_EQ(
        run_json({"simulate", with_model(folder.path() / (std::string("from_") + name), layers)}).at("model_sha256"),
        result.at("model_sha256"))
        << name;
  }
}

TEST(ModelCommand, RefusesWhatDoesNotFitBeforeAnythingHappens) {
  const TemporaryFolder folder;
  const auto refused = [](const std::vector<std::string>& arguments, ErrorKind kind) {
    TacitProcess process(arguments);
    EXPECT_EQ(process.wait(std::chrono::seconds(30)), exit_code(kind)) << process.errors();
    return process.errors();
  };
  const fs::path garbage = folder.path() / "garbage.onnx";
  write_atomically(garbage, std::string_view("no model"));
  const fs::path file = with_model(folder.path() / "a", "onnx = \"" + garbage.string() + "\"");
  EXPECT_THAT(refused({"simulate", file}, ErrorKind::data), HasSubstr("garbage.onnx: is no ONNX file"));
  EXPECT_THAT(refused({"model", "summary", garbage}, ErrorKind::data), HasSubstr("is no ONNX file"));
  EXPECT_THAT(refused({"model", "export", write_experiment(folder.path()), "--output", "model.pt"}, ErrorKind::usage),
              HasSubstr(".safetensors, .npz or .onnx"));

  // The weights of another model.
  const std::string weights = folder.path() / "w.safetensors";
  run_json({"model", "export", folder.path() / "experiment.toml", "--output", weights});
  const fs::path other = with_model(
      folder.path() / "b", "weights = \"" + weights + "\"\n[[model.layers]]\ntype = \"linear\"\noutputs = 3\n");
  const std::string message = refused({"simulate", other}, ErrorKind::data);
  EXPECT_THAT(message, HasSubstr("tensor 'linear2.weight' is not part of the model"));
  EXPECT_FALSE(fs::exists(folder.path() / "b/run"));
}

}  // namespace
}  // namespace tacit::system_tests
