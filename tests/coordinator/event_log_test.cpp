#include "coordinator/event_log.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"

namespace tacit::coordinator {
namespace {

class EventLogTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "events.jsonl";

  std::vector<nlohmann::json> lines() const {
    std::vector<nlohmann::json> result;
    std::istringstream text(read_text(file_));
    for (std::string line; std::getline(text, line);) result.push_back(nlohmann::json::parse(line));
    return result;
  }
};

TEST_F(EventLogTest, WritesTheDocumentedMembers) {
  EventLog log(file_);
  log.write(RunStarted{"r1", 5, "fedavg", 18, "abcd"}, 10.25);
  log.write(MemberJoined{"site-a", 7, 1}, 11);
  log.write(RoundStarted{1, {"site-a"}, "abcd"}, 12);
  log.write(UpdateCommitted{1, "site-a", 7, 0.5, 72, 1}, 13);
  log.write(RoundClosed{1, {1, 7, 0.5, NAN, 0.75, NAN, NAN, 1.5}, {100, 200}, "ef01"}, 14);
  log.write(RunFinished{"complete", 1, "ef01"}, 15);
  const auto json = lines();
  ASSERT_EQ(json.size(), 6u);
  EXPECT_EQ(json[0], nlohmann::json::parse(R"({"time": 10.25, "event": "run_started", "run": "r1", "rounds": 5,
      "algorithm": "fedavg", "parameters": 18, "model_hash": "abcd"})"));
  EXPECT_EQ(json[1].at("members"), 1);
  EXPECT_EQ(json[2].at("cohort"), nlohmann::json::array({"site-a"}));
  EXPECT_EQ(json[3].at("bytes"), 72);
  EXPECT_EQ(json[4], nlohmann::json::parse(R"({"time": 14.0, "event": "round_closed", "round": 1, "updates": 1,
      "examples": 7, "training_loss": 0.5, "loss": null, "accuracy": 0.75, "bytes_up": 100, "bytes_down": 200,
      "seconds": 1.5, "model_hash": "ef01"})"));
  EXPECT_EQ(json[5].at("outcome"), "complete");
}

TEST_F(EventLogTest, TellsAFactOnceHoweverOftenItIsTold) {
  for (int start = 0; start < 3; ++start) {
    EventLog log(file_);
    log.write(RunStarted{"r1", 5, "fedavg", 18, ""}, 1);
    log.write(RunResumed{"r1", 1, 0}, 1);
    log.write(MemberJoined{"site \"a\"\n", 7, 1}, 1);
    log.write(RoundStarted{1, {}, ""}, 1);
    log.write(UpdateCommitted{1, "site \"a\"\n", 7, 0.5, 72, 1}, 1);
    log.write(RoundClosed{1, {}, {}, ""}, 1);
    log.write(RunFinished{"failed: x", 1, ""}, 1);
    log.write(RunFinished{"complete", 1, ""}, 1);
  }
  // Seven facts, of which "resumed" and "failed" may repeat.
  EXPECT_EQ(lines().size(), 6u + 2u * 3u);
}

TEST_F(EventLogTest, CutsOffATornLineAndGoesOn) {
  {
    EventLog log(file_);
    log.write(RunStarted{"r1", 5, "fedavg", 18, ""}, 1);
    log.write(RoundStarted{1, {}, ""}, 1);
  }
  const std::string whole = read_text(file_);
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    write_atomically(file_, std::string_view(whole).substr(0, cut));
    {
      EventLog log(file_);
      log.write(RunStarted{"r1", 5, "fedavg", 18, ""}, 1);
      log.write(RoundStarted{1, {}, ""}, 1);
    }
    ASSERT_EQ(read_text(file_), whole) << "cut at " << cut;
  }
}

TEST_F(EventLogTest, RefusesAFileOfSomethingElse) {
  write_atomically(file_, std::string_view("{\"event\": \"run_started\"}\nnot json\n"));
  try {
    EventLog log(file_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.what(), testing::HasSubstr("events.jsonl:2"));
  }
}

}  // namespace
}  // namespace tacit::coordinator
