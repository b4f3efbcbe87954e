#include "simulation/run_result.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace tacit::simulation {
namespace {

std::optional<double> optional_number(const nlohmann::json& event, const char* key) {
  const auto found = event.find(key);
  return found == event.end() || found->is_null() ? std::nullopt : std::optional(found->get<double>());
}

void close_round(const nlohmann::json& event, RunResult& result) {
  result.rounds = event.at("round");
  result.updates_pending = 0;
  result.curve.push_back({result.rounds, optional_number(event, "loss"), optional_number(event, "accuracy"),
                          optional_number(event, "rmse"), optional_number(event, "r_squared")});
  result.bytes_up += event.at("bytes_up").get<std::uint64_t>();
  result.bytes_down += event.at("bytes_down").get<std::uint64_t>();
  result.model_sha256 = event.at("model_hash");
}

void take_report(const nlohmann::json& event, RunResult& result) {
  const auto found = event.find("evaluation");
  if (found == event.end()) return;
  const std::string client = event.at("client");
  const double loss = found->at("loss").is_null() ? std::nan("") : found->at("loss").get<double>();
  const std::optional<double> rmse = optional_number(*found, "rmse");
  result.reports[client] = {event.at("round"),
                            {client, found->at("examples"), loss, rmse ? 0.0 : found->at("accuracy").get<double>(),
                             rmse, optional_number(*found, "r_squared")}};
}

}  // namespace

std::optional<Fairness> RunResult::reported_fairness() const {
  std::vector<ClientEvaluation> newest;
  for (const auto& [client, report] : reports) newest.push_back(report.evaluation);
  return fairness_of(newest);
}

RunFollower::RunFollower(const std::filesystem::path& run_folder) : file_(run_folder / "events.jsonl") {
  result_.run_folder = run_folder;
}

bool RunFollower::poll() {
  std::ifstream stream(file_, std::ios::binary);
  if (!stream) return false;  // not started yet
  stream.seekg(static_cast<std::streamoff>(offset_));
  bool news = false;
  for (std::string text; std::getline(stream, text);) {
    if (stream.eof()) break;  // a line that is still being written has no line break; it is read next time
    offset_ += text.size() + 1;
    ++line_;
    take(text);
    news = true;
  }
  return news;
}

void RunFollower::take(const std::string& line) {
  try {
    const nlohmann::json event = nlohmann::json::parse(line);
    const std::string kind = event.at("event");
    if (kind == "run_started") {
      started_ = event.at("time");
      result_.rounds_planned = event.at("rounds");
      result_.parameters = event.at("parameters");
      result_.model_sha256 = event.at("model_hash");
      result_.audit = event.value("audit", "");
    } else if (kind == "member_joined") {
      result_.members = event.at("members");
    } else if (kind == "update_committed") {
      result_.updates_pending = event.at("accepted");
      take_report(event, result_);
    } else if (kind == "update_withheld") {
      ++result_.updates_withheld;
    } else if (kind == "round_closed") {
      close_round(event, result_);
    } else if (kind == "run_finished") {
      result_.outcome = event.at("outcome");
      result_.model_sha256 = event.at("model_hash");
    }
    result_.seconds = event.at("time").get<double>() - started_;
  } catch (const nlohmann::json::parse_error& error) {
    fail(ErrorKind::data, "{}:{}: is no event of a run: no JSON from byte {} on", file_.string(), line_, error.byte);
  } catch (const nlohmann::json::exception&) {
    fail(ErrorKind::data, "{}:{}: is no event of a run: a member that its kind has is missing or of another type",
         file_.string(), line_);
  }
}

}  // namespace tacit::simulation
