#include "coordinator/events.h"

#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace tacit::coordinator {
namespace {

using Json = nlohmann::ordered_json;

Json of(const ReportedEvaluation& evaluation) {
  Json json = {{"examples", evaluation.examples}, {"loss", evaluation.loss}};
  if (evaluation.rmse) {
    json["rmse"] = *evaluation.rmse;
    json["r_squared"] = evaluation.r_squared ? Json(*evaluation.r_squared) : Json();
  } else {
    json["accuracy"] = evaluation.accuracy;
  }
  return json;
}

struct Writer {
  Json& json;

  void operator()(const RunStarted& event) const {
    json["event"] = "run_started";
    json["run"] = event.run;
    json["rounds"] = event.rounds;
    json["algorithm"] = event.algorithm;
    json["parameters"] = event.parameters;
    json["model_hash"] = event.model_hash;
    if (!event.audit.empty()) json["audit"] = event.audit;
  }
  void operator()(const RunResumed& event) const {
    json["event"] = "run_resumed";
    json["run"] = event.run;
    json["round"] = event.round;
    json["members"] = event.members;
  }
  void operator()(const MemberJoined& event) const {
    json["event"] = "member_joined";
    json["client"] = event.client;
    json["examples"] = event.examples;
    json["members"] = event.members;
  }
  void operator()(const RoundStarted& event) const {
    json["event"] = "round_started";
    json["round"] = event.round;
    json["cohort"] = event.cohort;
    json["model_hash"] = event.model_hash;
  }
  void operator()(const UpdateCommitted& event) const {
    json["event"] = "update_committed";
    json["round"] = event.round;
    json["client"] = event.client;
    json["examples"] = event.examples;
    json["training_loss"] = event.training_loss;
    json["bytes"] = event.bytes;
    json["accepted"] = event.accepted;
    if (event.evaluation) json["evaluation"] = of(*event.evaluation);
  }
  void operator()(const UpdateWithheld& event) const {
    json["event"] = "update_withheld";
    json["round"] = event.round;
    json["client"] = event.client;
  }
  void operator()(const RoundClosed& event) const {
    json["event"] = "round_closed";
    json["round"] = event.round;
    json["updates"] = event.summary.updates;
    json["examples"] = event.summary.examples;
    json["training_loss"] = event.summary.training_loss;
    json["loss"] = event.summary.loss;
    json["accuracy"] = event.summary.accuracy;
    if (!std::isnan(event.summary.rmse)) {
      json["rmse"] = event.summary.rmse;
      json["r_squared"] = event.summary.r_squared;
    }
    json["bytes_up"] = event.traffic.bytes_up;
    json["bytes_down"] = event.traffic.bytes_down;
    json["seconds"] = event.summary.seconds;
    json["model_hash"] = event.model_hash;
  }
  void operator()(const RunFinished& event) const {
    json["event"] = "run_finished";
    json["outcome"] = event.outcome;
    json["rounds"] = event.rounds;
    json["model_hash"] = event.model_hash;
  }
};

struct Key {
  std::string operator()(const RunStarted&) const { return "run_started"; }
  std::string operator()(const RunResumed&) const { return {}; }
  std::string operator()(const MemberJoined& event) const { return "member_joined " + event.client; }
  std::string operator()(const RoundStarted& event) const { return fmt::format("round_started {}", event.round); }
  std::string operator()(const UpdateCommitted& event) const {
    return fmt::format("update_committed {} {}", event.round, event.client);
  }
  std::string operator()(const UpdateWithheld& event) const {
    return fmt::format("update_withheld {} {}", event.round, event.client);
  }
  std::string operator()(const RoundClosed& event) const { return fmt::format("round_closed {}", event.round); }
  // A failed run may be taken up again and end a second time.
  std::string operator()(const RunFinished& event) const {
    return event.outcome == "complete" ? "run_finished complete" : "";
  }
};

}  // namespace

std::optional<ReportedEvaluation> reported_evaluation(const v1::UpdateHeader& header) {
  if (!header.has_evaluation()) return {};
  const v1::LocalEvaluation& evaluation = header.evaluation();
  if (evaluation.has_rmse())
    return ReportedEvaluation{evaluation.examples(), evaluation.loss(), std::numeric_limits<double>::quiet_NaN(),
                              evaluation.rmse(),
                              evaluation.has_r_squared() ? std::optional(evaluation.r_squared()) : std::nullopt};
  return ReportedEvaluation{evaluation.examples(), evaluation.loss(),
                            static_cast<double>(evaluation.right()) / static_cast<double>(evaluation.examples())};
}

std::string to_json(const Event& event, double unix_time) {
  Json json;
  json["time"] = unix_time;
  std::visit(Writer{json}, event);
  // Names come from certificates and may hold bytes that are not UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string key_of(const Event& event) {
  return std::visit(Key{}, event);
}

}  // namespace tacit::coordinator
