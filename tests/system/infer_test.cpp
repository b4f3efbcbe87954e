// Games about what a run tells, killed at any instant and started again.
#include <gmock/gmock.h>
#include <signal.h>

#include "core/files.h"
#include "system/experiment_file.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::size_t lines_of(const fs::path& file) {
  if (!fs::exists(file)) return 0;
  const std::string text = read_text(file);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

nlohmann::json without_places(nlohmann::json result) {
  result.erase("files");
  return result;
}

TEST(Infer, AGameKilledAgainAndAgainEndsWithTheSameResult) {
  const TemporaryFolder folder;
  const fs::path file = write_experiment(folder.path(), 12, 3);
  write_atomically(file, read_text(file) + "[inference.membership]\nshadows = 8\ntargets = 2\n");
  const fs::path undisturbed = folder.path() / "undisturbed", killed = folder.path() / "killed";
  const auto whole = run_json({"infer", "membership", file, "--output", undisturbed});
  EXPECT_FALSE(fs::exists(undisturbed / "shadow-8")) << "runs that have been read are gone";

  std::size_t done = 0;
  for (int kill = 0; kill < 4; ++kill) {
    TacitProcess process({"infer", "membership", file, "--output", killed});
    // The first in the first run, the others after ever more of them, the last among the runs under attack.
    const auto reached = [&] {
      if (kill == 0) return fs::exists(killed / "shadow-1" / "journal.sqlite");
      if (kill == 3) return fs::exists(killed / "target-1" / "journal.sqlite");
      return lines_of(killed / "shadows.log") > done + 1;
    };
    ASSERT_TRUE(eventually([&] { return reached() || !process.running(); }, 60s));
    process.signal(SIGKILL);
    EXPECT_EQ(process.wait(), 128 + SIGKILL) << "the kill came too late to show anything";
    EXPECT_GE(lines_of(killed / "shadows.log"), done);
    done = lines_of(killed / "shadows.log");
  }
  EXPECT_EQ(done, 8u);
  const auto resumed = run_json({"infer", "membership", file, "--output", killed});
  EXPECT_EQ(without_places(resumed), without_places(whole));
  EXPECT_FALSE(fs::exists(folder.path() / "killed-2"));
  EXPECT_EQ(read_text(killed / "scores.csv"), read_text(undisturbed / "scores.csv"));
  EXPECT_EQ(read_text(killed / "shadows.csv"), read_text(undisturbed / "shadows.csv"));
}

TEST(Infer, AnAuditThatWasKilledGoesOn) {
  const TemporaryFolder folder;
  const fs::path file = write_experiment(folder.path(), 18, 3);
  write_atomically(file, read_text(file) + "[inference.epsilon]\ncanaries = 20\n");
  const auto whole = run_json({"infer", "epsilon", file, "--output", folder.path() / "undisturbed"});
  const fs::path killed = folder.path() / "killed";
  TacitProcess process({"infer", "epsilon", file, "--output", killed});
  ASSERT_TRUE(
      eventually([&] { return lines_of(killed / "audited" / "events.jsonl") > 14 || !process.running(); }, 60s));
  process.signal(SIGKILL);
  EXPECT_EQ(process.wait(), 128 + SIGKILL);
  EXPECT_EQ(without_places(run_json({"infer", "epsilon", file, "--output", killed})), without_places(whole));
}

}  // namespace
}  // namespace tacit::system_tests
