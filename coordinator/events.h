#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "coordinator/store/store.h"

namespace tacit::coordinator {

// What happens in a run, for people, logs and dashboards. In events.jsonl each is one line: a JSON object with "time"
// (seconds since 1970 UTC), "event" (the name given below), and the members listed. Numbers that are NaN are null.

/// "run_started": run, rounds, algorithm, parameters, model_hash; only where crafted models are sent: audit
struct RunStarted {
  std::string run;
  std::uint32_t rounds = 0;
  std::string algorithm;
  std::size_t parameters = 0;
  std::string model_hash;  ///< hexadecimal, here and below
  std::string audit{};     ///< what is crafted, in words
};
/// "run_resumed": run, round (the open one; 0 while members join), members
struct RunResumed {
  std::string run;
  std::uint32_t round = 0;
  std::size_t members = 0;
};
/// "member_joined": client, examples, members
struct MemberJoined {
  std::string client;
  std::uint64_t examples = 0;
  std::size_t members = 0;  ///< so far, this one included
};
/// "round_started": round, cohort (array of names), model_hash
struct RoundStarted {
  std::uint32_t round = 0;
  std::vector<std::string> cohort;
  std::string model_hash;
};
/// What a client said of the model that it was sent, on examples that it does not train on.
struct ReportedEvaluation {
  std::uint64_t examples = 0;
  double loss = 0;
  double accuracy = 0;                        ///< NaN for regression
  std::optional<double> rmse{}, r_squared{};  ///< of regression
};
/// Nothing if the header holds none.
std::optional<ReportedEvaluation> reported_evaluation(const v1::UpdateHeader& header);

/// "update_committed": round, client, examples, training_loss, bytes, accepted; where the client reports one also
/// evaluation (an object: examples, loss, accuracy; for regression rmse and r_squared in place of accuracy), of the
/// model that the round started from
struct UpdateCommitted {
  std::uint32_t round = 0;
  std::string client;
  std::uint64_t examples = 0;
  double training_loss = 0;
  std::uint64_t bytes = 0;     ///< of its values as encoded
  std::uint32_t accepted = 0;  ///< updates of the round so far, this one included
  std::optional<ReportedEvaluation> evaluation{};
};
/// "update_withheld": round, client. Why stays with the client
struct UpdateWithheld {
  std::uint32_t round = 0;
  std::string client;
};
/// "round_closed": round, updates, examples, training_loss, loss, accuracy, bytes_up, bytes_down, seconds, model_hash;
/// for regression accuracy is null and rmse and r_squared are there
struct RoundClosed {
  std::uint32_t round = 0;
  RoundSummary summary;
  RoundTraffic traffic;
  std::string model_hash;  ///< of the new model
};
/// "run_finished": outcome ("complete" or "failed: ..."), rounds (closed), model_hash
struct RunFinished {
  std::string outcome;
  std::uint32_t rounds = 0;
  std::string model_hash;
};

using Event = std::variant<RunStarted, RunResumed, MemberJoined, RoundStarted, UpdateCommitted, UpdateWithheld,
                           RoundClosed, RunFinished>;
using OnEvent = std::function<void(const Event&)>;

/// The line of events.jsonl, without the line break.
std::string to_json(const Event& event, double unix_time);

/// Two events with the same key tell the same fact, as after a crash between the fact and its event; such are written
/// once. Empty for events that may repeat.
std::string key_of(const Event& event);

}  // namespace tacit::coordinator
