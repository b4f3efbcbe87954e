#include <fmt/format.h>

#include "core/files.h"
#include "system/experiment_file.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

using ::testing::HasSubstr;

constexpr const char* two_probes = "[audit]\nattacks = [\"analytic\"]\nprobe_gradients = 2\nnoise_control = false\n";

/// An experiment of so many rounds and clients, with sections more.
std::filesystem::path experiment_with(const TemporaryFolder& folder, int rounds, int clients,
                                      const std::string& sections) {
  const auto file = write_experiment(folder.path(), rounds, clients);
  write_atomically(file, read_text(file) + sections);
  return file;
}

// The truth that reconstructions are scored against is what clients train on, not what they hold out.
TEST(Audit, KnowsWhatClientsHoldOut) {
  const TemporaryFolder folder;
  const auto file = experiment_with(
      folder, 2, 2, std::string(two_probes) + "[evaluation]\nclient_test_fraction = 0.3\nreport = \"test\"\n");
  const auto result = run_json({"audit", file, "--output", folder.path() / "audit"});
  EXPECT_EQ(result.at("cases")[0].at("fairness").at("part"), "test");
  EXPECT_EQ(result.at("cases")[0].at("reported_fairness").at("examples"), 36);
  std::size_t attacked = 0;
  for (const auto& row : result.at("attacks")) {
    if (row.at("kind") != "attack") continue;
    EXPECT_LT(row.at("mse").get<double>(), 1e-12);
    ++attacked;
  }
  EXPECT_EQ(attacked, 1u);
}

TEST(Audit, InvertsSingleExamplesExactlyAndSaysSo) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path(), 3, 2);
  write_atomically(
      file,
      read_text(file) + "[audit]\nattacks = [\"analytic\"]\nupdate_attacks = [\"analytic\"]\nprobe_gradients = 3\n");
  const auto result = run_json({"audit", file, "--output", folder.path() / "audit"});
  ASSERT_EQ(result.at("cases").size(), 1u);
  EXPECT_EQ(result.at("cases")[0].at("model_sha256").get<std::string>().size(), 64u);

  EXPECT_EQ(result.at("cases")[0].at("fairness").at("part"), "train");

  bool exact = false, update_attacked = false;
  for (const auto& row : result.at("attacks")) {
    if (row.at("kind") != "attack") continue;
    if (row.at("scenario") == "gradient of one example") {
      EXPECT_EQ(row.at("examples").size(), 3u);
      // The wire carries float32: relative errors near 1e-7, squared errors near 1e-14.
      EXPECT_LT(row.at("mse").get<double>(), 1e-12);
      exact = true;
    } else {
      EXPECT_GT(row.at("mse").get<double>(), 1e-6) << "a mixture of many examples cannot be exact";
      update_attacked = true;
    }
  }
  EXPECT_TRUE(exact);
  EXPECT_TRUE(update_attacked);
  bool has_noise = false, has_mean = false;
  for (const auto& row : result.at("attacks")) {
    if (row.at("kind") != "baseline") continue;
    has_noise |= row.at("name").get<std::string>().find("noise") != std::string::npos;
    has_mean |= row.at("name") == "mean example";
    EXPECT_GT(row.at("mse").get<double>(), 1e-6) << row.at("name");
  }
  EXPECT_TRUE(has_noise);
  EXPECT_TRUE(has_mean);
  const std::string html = read_text(result.at("report").get<std::string>());
  EXPECT_THAT(html, HasSubstr("</html>"));
  EXPECT_THAT(read_text(result.at("results").get<std::string>()), HasSubstr("analytic"));
  const auto accuracy =
      fmt::format("gradient of one example,{},analytic,noise", result.at("cases")[0].at("test_accuracy").get<double>());
  EXPECT_THAT(read_text(result.at("raw_rows").get<std::string>()), HasSubstr(accuracy.substr(0, 30)));
  EXPECT_EQ(result.at("cases")[0].at("malicious"), false);
  EXPECT_EQ(result.at("cases")[0].at("observer"), "honest_but_curious_coordinator");
}

TEST(Audit, SaysThatItsObserverIsMalicious) {
  const TemporaryFolder folder;
  const auto file =
      experiment_with(folder, 1, 2, std::string(two_probes) + "[threat_model]\nobserver = \"malicious_coordinator\"\n");
  const auto result = run_json({"audit", file, "--output", folder.path() / "audit"});
  EXPECT_EQ(result.at("cases")[0].at("malicious"), true);
  for (const auto& row : result.at("attacks")) EXPECT_EQ(row.at("malicious"), true);
}

// Gradients that an audit collects pass the guard as every update does.
TEST(Audit, AttacksWhatTheGuardLetsThrough) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path(), 2, 2);
  const std::string plain = read_text(file) +
                            "[audit]\nattacks = [\"analytic\"]\nprobe_gradients = 2\nnoise_control = false\n"
                            "[leakage_guard]\nattack = \"analytic\"\nmeasure = \"mse\"\n";
  const auto attack_of = [&](const std::string& guard) {
    write_atomically(file, plain + guard);
    const auto result = run_json({"audit", file, "--output", folder.path() / "audit"});
    return result.at("attacks")[0];
  };
  // An update of a whole client gives no example away to 1e-6, the gradient of one does.
  const auto noisy = attack_of("limit = 1e-6\naction = \"noise\"\n");
  EXPECT_GT(noisy.at("mse").get<double>(), 1e-6);
  const auto withheld = attack_of("limit = 1e-6\naction = \"withhold\"\n");
  EXPECT_TRUE(withheld.at("mse").is_null());
  EXPECT_THAT(withheld.at("scenario").get<std::string>(), HasSubstr("the leakage guard withheld 2"));
  EXPECT_THAT(withheld.at("note").get<std::string>(), HasSubstr("withheld every gradient"));
}

TEST(Attack, OfARecordingNeedsNothingElse) {
  const TemporaryFolder folder, elsewhere;
  const auto file = write_experiment(folder.path(), 1, 2);
  std::string text = read_text(file);
  text.replace(text.find("\"fedavg\""), 8, "\"fedsgd\"");
  text.replace(text.find("batch_size = 8"), 14, "batch_size = 1");
  // A gradient has no steps that epochs and schedules could shape.
  for (const std::string key :
       {"local_epochs = 1\n", "schedule = \"cosine\"\n", "schedule_length = 20\n", "warmup = 3\n"})
    text.erase(text.find(key), key.size());
  write_atomically(file, text);
  run_json({"simulate", file});
  const auto recording = elsewhere.path() / "recording.bin";
  std::filesystem::copy_file(folder.path() / "run" / "recording.bin", recording);
  EXPECT_EQ(run_json({"attack", recording, "--list"}).at("updates").size(), 2u);
  const auto result = run_json({"attack", recording, "--client", "client-2"});
  EXPECT_EQ(result.at("client"), "client-2");
  EXPECT_TRUE(std::filesystem::exists(result.at("reconstructions").get<std::string>()));

  std::filesystem::resize_file(recording, std::filesystem::file_size(recording) - 3);
  TacitProcess truncated({"attack", recording});
  EXPECT_EQ(truncated.wait(), 4);
  EXPECT_THAT(truncated.errors(), HasSubstr("recording.bin"));
}

}  // namespace
}  // namespace tacit::system_tests
