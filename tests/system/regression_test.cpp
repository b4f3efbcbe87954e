// Real-valued targets through the whole chain: file, clients, wire, coordinator, report.
#include <cmath>

#include "core/files.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

std::filesystem::path cosine_experiment(const std::filesystem::path& folder, const std::string& more = "") {
  std::string table = "x,y\n";
  for (int i = 0; i < 120; ++i) {
    const double x = 0.05236 * i - 3.1416;
    table += fmt::format("{},{}\n", x, 0.7 * std::cos(x));
  }
  write_atomically(folder / "cosine.csv", table);
  const auto file = folder / "experiment.toml";
  write_atomically(file, fmt::format(R"([run]
name = "cosine"
seed = 7
output = "{0}/run"
[data]
source = "table"
file = "{0}/cosine.csv"
task = "regression"
test_fraction = 0.25
range = [-3.1416, 3.1416]
[partition]
scheme = "pathological"
classes_per_client = 2
target_bins = 3
[model]
preset = "vqc_regressor"
input_scale = 1.0
[training]
local_epochs = 5
batch_size = 8
optimizer = "adam"
learning_rate = 0.05
[coordinator]
rounds = 8
[simulation]
clients = 3
{1}[evaluation]
client_test_fraction = 0.2
report = "test"
)",
                                     folder.string(), more));
  return file;
}

TEST(Regression, RunsAlikeInOneProcessAndOverTheWire) {
  const TemporaryFolder alone, wire;
  const auto one = run_json({"simulate", cosine_experiment(alone.path()), "--mode", "in-process"});
  const auto many = run_json({"simulate", cosine_experiment(wire.path()), "--mode", "processes"});
  EXPECT_EQ(many.at("model_sha256"), one.at("model_sha256"));
  EXPECT_EQ(many.at("reported_fairness"), one.at("reported_fairness"));
  EXPECT_EQ(one.at("test_accuracy"), nullptr);
  EXPECT_GT(one.at("test_r_squared").get<double>(), 0.97);
  EXPECT_LT(one.at("test_rmse").get<double>(), 0.09);
  EXPECT_EQ(one.at("fairness").at("of"), "rmse");
  EXPECT_GE(one.at("fairness").at("worst_tenth").get<double>(), one.at("fairness").at("best_tenth").get<double>());
  const std::filesystem::path run = one.at("run_folder").get<std::string>();
  EXPECT_NE(read_text(run / "clients.csv").find("examples,loss,rmse,r_squared\nclient-1,"), std::string::npos);
  const auto status = run_json({"status", run.string()});
  EXPECT_EQ(status.at("test_rmse"), one.at("test_rmse"));
  const auto csv = alone.path() / "c.csv", svg = alone.path() / "c.svg";
  const auto curve = run_json({"curve", run.string(), "--csv", csv, "--svg", svg});
  EXPECT_EQ(curve.at("runs")[0].at("rmse")[7], one.at("test_rmse"));
  EXPECT_NE(read_text(csv).find("run,round,loss,accuracy,rmse,r_squared\nrun,1,"), std::string::npos);
  EXPECT_NE(read_text(svg).find("root mean squared error"), std::string::npos);
  const auto data = run_json({"data", cosine_experiment(alone.path())});
  EXPECT_EQ(data.at("targets"), 1);
  EXPECT_EQ(data.at("target_names")[0], "y");
}

// The first linear layer of a regressor gives its input away as that of a classifier does; what needs labels is
// refused.
TEST(Regression, AnAuditAttacksWhatNeedsNoLabels) {
  const TemporaryFolder folder;
  std::string text = read_text(cosine_experiment(folder.path(),
                                                 "[audit]\nprobe_gradients = 2\n"
                                                 "attacks = [\"analytic\", \"dlg\"]\n"));
  const std::string preset = "preset = \"vqc_regressor\"\ninput_scale = 1.0\n";
  text.replace(text.find(preset), preset.size(), "preset = \"mlp\"\nhidden = [8]\n");
  const auto file = folder.path() / "mlp.toml";
  write_atomically(file, text);
  const auto report = run_json({"audit", file}).dump();
  EXPECT_NE(report.find("real-valued targets"), std::string::npos);
}

}  // namespace
}  // namespace tacit::system_tests
