#include "evaluation/inference/game_folder.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <optional>

#include "core/expect_error.h"
#include "core/files.h"
#include "evaluation/inference/shadow_log.h"

namespace tacit::evaluation {
namespace {

namespace fs = std::filesystem;

TEST(GameFolder, TakesUpAnUnfinishedGameOfTheSameQuestion) {
  const TemporaryFolder folder;
  const fs::path wanted = folder.path() / "game";
  {
    const GameFolder first(wanted, "seed = 1");
    EXPECT_EQ(first.path(), wanted);
    EXPECT_FALSE(first.is_continued());
    const GameFolder beside(wanted, "seed = 1");
    EXPECT_EQ(beside.path(), folder.path() / "game-2") << "another process plays in the first one";
    fs::create_directory(wanted / "shadow-1");
  }
  EXPECT_FALSE(fs::exists(folder.path() / "game-2")) << "nothing came of it";
  EXPECT_EQ(GameFolder(wanted, "seed = 2").path(), folder.path() / "game-2");
  {
    const GameFolder again(wanted, "seed = 1");
    EXPECT_EQ(again.path(), wanted);
    EXPECT_TRUE(again.is_continued());
    write_atomically(again.result(), std::string_view("{}"));
  }
  EXPECT_EQ(GameFolder(wanted, "seed = 1").path(), folder.path() / "game-2") << "a finished game stays as it is";
  fs::create_directory(folder.path() / "mine");
  EXPECT_EQ(GameFolder(folder.path() / "mine", "seed = 1").path(), folder.path() / "mine-2");
}

TEST(ShadowLog, KeepsNumbersExactlyAndDropsALineThatWasCutOff) {
  const TemporaryFolder folder;
  const std::vector<double> odd{0.1, -1e-310, std::numeric_limits<double>::infinity(), 1.0 / 3, -0.0};
  {
    ShadowLog log(folder.path(), odd.size());
    EXPECT_EQ(log.find(3), nullptr);
    log.add(3, odd);
    log.add(0, {1, 2, 3, 4, 5});
  }
  const fs::path file = folder.path() / "shadows.log";
  write_atomically(file, read_text(file) + "1 0.5 0.2");
  {
    const ShadowLog log(folder.path(), odd.size());
    ASSERT_NE(log.find(3), nullptr);
    EXPECT_EQ(*log.find(3), odd);
    EXPECT_TRUE(std::signbit(log.find(3)->back()));
    EXPECT_EQ(log.find(1), nullptr);
  }
  EXPECT_EQ(read_text(file).find("0.5 0.2"), std::string::npos);
  expect_error([&] { ShadowLog(folder.path(), 4); }, ErrorKind::data, {"shadows.log:1", "4 confidences"});
  write_atomically(file, std::string_view("1 a\n"));
  expect_error([&] { ShadowLog(folder.path(), 1); }, ErrorKind::data, {"shadows.log:1"});
}

}  // namespace
}  // namespace tacit::evaluation
