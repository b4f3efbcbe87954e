#include <algorithm>

#include "coordinator/aggregation/registry.h"
#include "coordinator/cohort.h"
#include "coordinator/engine/engine.h"
#include "core/log.h"
#include "models/safetensors.h"
#include "proto/model_codec.h"

namespace tacit::coordinator {

void Engine::retell_history() {
  if (run_.state == RunState::joining && members_.empty())
    return tell(RunStarted{run_.id, config_.rounds, config_.algorithm, model_.size(), to_hex(model_.hash()),
                           description_.audit});
  // Facts that a crash kept from events.jsonl; the log leaves out what it has.
  const Digest first = history_.empty() ? model_.hash() : history_.front().model_hash;
  record(RunStarted{run_.id, config_.rounds, config_.algorithm, model_.size(), to_hex(first), description_.audit});
  for (const auto& [name, member] : members_) record(MemberJoined{name, member.examples, members_.size()});
  for (std::size_t i = 0; i < history_.size(); ++i) {
    const StoredRound& round = history_[i];
    record(RoundStarted{round.round, round.cohort, to_hex(round.model_hash)});
    for (const StoredUpdate& update : store_->updates(round.round))
      if (update.accepted != 0)
        record(UpdateCommitted{round.round, update.client, update.header.examples(), update.header.training_loss(),
                               update.header.values().bytes(), update.accepted, reported_evaluation(update.header)});
    const Digest next = i + 1 < history_.size() ? history_[i + 1].model_hash : model_.hash();
    if (round.summary) record(RoundClosed{round.round, *round.summary, round.traffic, to_hex(next)});
  }
  if (run_.state != RunState::finished)
    tell(RunResumed{run_.id, history_.empty() ? 0 : closed_rounds_ + 1, members_.size()});
}

void Engine::enter(Joining& phase) {
  phase.minimum = config_.minimum_clients;
  phase.window = config_.join_deadline;
  phase.deadline = clock_->now() + phase.window;
  phase.joined = members_.size();
}

StoredRound Engine::open_or_restore(std::uint32_t number) {
  if (!history_.empty() && history_.back().round == number) return history_.back();
  StoredRound round;
  round.round = number;
  round.model_hash = model_.hash();
  round.started = clock_->unix_time();
  std::vector<std::string> names;
  for (const auto& [name, member] : members_) names.push_back(name);
  round.cohort = choose_cohort(config_.seed, number, std::move(names), config_.cohort_size);
  store_->open_round(round);
  if (number == 1) store_->set_state(RunState::running, "");
  return round;
}

void Engine::enter(Collecting& phase) {
  const StoredRound round = open_or_restore(phase.round);
  strategy_ =
      make_strategy(config_.algorithm, {config_.server_learning_rate}, model_.shared_schema(), round.cohort.size());
  admission_.begin(strategy_, model_.shared_schema());
  CraftedModels crafted;
  if (hooks_.craft) crafted = hooks_.craft(round.round, model_, round.cohort);
  round_ = std::make_unique<OpenRound>(*store_, round, model_, config_.chunk_bytes, strategy_->expects(),
                                       std::move(crafted));
  stored_traffic_ = round.traffic;
  phase.cohort = round.cohort;
  phase.minimum_updates =
      config_.minimum_updates == 0 ? phase.cohort.size() : std::min(config_.minimum_updates, phase.cohort.size());
  phase.window = config_.round_deadline;
  phase.deadline = clock_->now() + phase.window;
  for (const auto& [client, header] : round_->accepted_updates()) {
    phase.committed.insert(client);
    refold(client, header);
  }
  after_durable([this, event = RoundStarted{round.round, round.cohort, to_hex(round.model_hash)}] { tell(event); });
}

/// An update that counted before a restart: the same bytes, so the same sum.
void Engine::refold(const std::string& client, const v1::UpdateHeader& header) {
  const std::uint32_t round = round_->number();
  admission_.submit({header, model_hash_of(client),
                     [this, client, round] { return store_->update_bytes(round, client); },
                     [this, client](const std::optional<Error>& error) {
                       if (error && !stopping_)
                         fail_run(Error(ErrorKind::data,
                                        fmt::format("the journal's update of client '{}': {}", client, error->what())));
                       return !error && !stopping_;
                     }});
}

void Engine::enter(Closing& phase) {
  phase.rounds = config_.rounds;
  admission_.when_idle([this] { aggregate(); });
}

void Engine::aggregate() {
  pool_.post([this, strategy = strategy_, current = round_->model(), number = round_->number()] {
    std::shared_ptr<Aggregated> result;
    std::optional<Error> error;
    try {
      Parameters next = strategy->finish(current);
      const models::Evaluated evaluated = hooks_.evaluate(next);
      models::write_safetensors(folder_.model(), next, {{"run", run_.id}, {"round", std::to_string(number)}});
      result = std::make_shared<Aggregated>(Aggregated{std::move(next), evaluated});
    } catch (const Error& failure) {
      error = failure;
    } catch (const std::exception& failure) {
      error = Error(ErrorKind::internal, failure.what());
    }
    on_strand([this, result, error] {
      if (stopping_ || !std::holds_alternative<Closing>(phase_)) return;
      if (error) return fail_run(*error);
      aggregated_ = std::move(*result);
      guarded([this] {
        round_->record_models(*recording_);
        to_record_ = round_->accepted_updates();
        std::reverse(to_record_.begin(), to_record_.end());
        record_next();
      });
    });
  });
}

/// Records the updates in an order that does not depend on arrival, by client. One a turn on the strand, so that calls
/// are answered in between.
void Engine::record_next() {
  if (stopping_ || !std::holds_alternative<Closing>(phase_)) return;
  if (to_record_.empty()) return close_round();
  const auto [client, header] = std::move(to_record_.back());
  to_record_.pop_back();
  record_update(client, header);
  on_strand([this] { guarded([this] { record_next(); }); });
}

void Engine::record_update(const std::string& client, const v1::UpdateHeader& header) {
  v1::WorkKey key;
  key.set_run(run_.id);
  key.set_round(round_->number());
  key.set_step(1);
  if (!recording_->has_update(round_->number(), client))
    recording_->add_update(round_->number(), client, header, key, store_->update_bytes(round_->number(), client));
}

RoundSummary Engine::summarise() const {
  RoundSummary summary;
  double loss = 0;
  for (const auto& [client, header] : round_->accepted_updates()) {
    ++summary.updates;
    summary.examples += header.examples();
    loss += header.training_loss() * static_cast<double>(header.examples());
  }
  summary.training_loss = loss / static_cast<double>(summary.examples);
  summary.loss = aggregated_->evaluated.loss;
  summary.accuracy = aggregated_->evaluated.accuracy;
  summary.rmse = aggregated_->evaluated.rmse;
  summary.r_squared = aggregated_->evaluated.r_squared;
  summary.seconds = std::max(0.0, clock_->unix_time() - round_->started());
  return summary;
}

void Engine::close_round() {
  const std::uint32_t number = round_->number();
  const bool last = number >= config_.rounds;
  const RoundSummary summary = summarise();
  // The recording first: the journal lets go of the updates only when they are on the disk elsewhere.
  recording_->flush();
  store_->set_recording_bytes(recording_->size());
  store_->set_traffic(number, round_->traffic());
  stored_traffic_ = round_->traffic();
  store_->close_round(number, summary);
  store_->put_model(number + 1, wire::model_bytes(aggregated_->model));
  if (last) store_->set_state(RunState::finished, "complete");
  after_durable([this, number, summary] {
    auto* closing = std::get_if<Closing>(&phase_);
    if (closing == nullptr) return;
    model_ = std::move(aggregated_->model);
    aggregated_.reset();
    closed_rounds_ = number;
    closing->closed = true;
    tell(RoundClosed{number, summary, stored_traffic_, to_hex(model_.hash())});
  });
}

void Engine::enter(Finished&) {
  tell(RunFinished{"complete", closed_rounds_, to_hex(model_.hash())});
  announce_end({true, "complete", closed_rounds_, model_});
}

/// Says of everyone whose update is missing when it was last heard of.
void Engine::log_silence() const {
  if (!round_ || round_->number() <= closed_rounds_) return;
  for (const std::string& client : round_->cohort())
    if (const auto found = members_.find(client); found != members_.end() && round_->accepted(client) == 0)
      log::warning("round {}: no update of client '{}', last heard {:.1f} seconds ago", round_->number(), client,
                   std::chrono::duration<double>(clock_->now() - found->second.last_heard).count());
}

void Engine::enter(Failed& phase) {
  const std::string outcome = "failed: " + phase.reason;
  log::error("the run has failed: {}", phase.reason);
  log_silence();
  // Every part of this is tried by itself: what failed before may fail again.
  const auto attempt = [](const char* what, const auto& task) {
    try {
      task();
    } catch (const std::exception& error) {
      log::error("cannot {} after the failure: {}", what, error.what());
    }
  };
  attempt("complete the recording", [this] {
    if (!round_ || round_->number() <= closed_rounds_) return;
    round_->record_models(*recording_);
    for (const auto& [client, header] : round_->accepted_updates()) record_update(client, header);
    recording_->flush();
    store_->set_recording_bytes(recording_->size());
  });
  attempt("store the state", [this, &outcome] {
    store_->set_state(RunState::failed, outcome);
    store_->commit();
  });
  announce_end({false, outcome, closed_rounds_, model_});
  attempt("write the event", [&] { tell(RunFinished{outcome, closed_rounds_, to_hex(model_.hash())}); });
}

}  // namespace tacit::coordinator
