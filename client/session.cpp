#include "client/session.h"

#include <algorithm>
#include <utility>

#include "client/delivery.h"
#include "client/heartbeat.h"
#include "core/log.h"
#include "proto/blob.h"
#include "proto/bytes.h"
#include "proto/model_codec.h"
#include "proto/protocol_version.h"

namespace tacit::client {
namespace {

using std::chrono::milliseconds;

/// The longest pause that a coordinator can impose between two questions for work.
constexpr milliseconds shortest_wait{1}, longest_wait{60'000};

/// How often one piece of work may come again, after it was dropped or even receipted, before that is a defect.
constexpr unsigned most_repetitions = 3;

bool same(const v1::WorkKey& a, const v1::WorkKey& b) {
  return a.run() == b.run() && a.round() == b.round() && a.step() == b.step();
}

}  // namespace

Session::Session(Transport& transport, ClientSettings settings, const datasets::Dataset& data, Clock& clock,
                 Backoff backoff, std::stop_token stop)
    : transport_(transport),
      settings_(std::move(settings)),
      data_(data),
      retrier_(clock, std::move(backoff), settings_.give_up_after, std::move(stop)) {}

void Session::join() {
  v1::JoinRequest request;
  request.set_protocol_version(protocol_version);
  request.set_software_version(TACIT_VERSION);
  request.set_examples(data_.size());
  v1::JoinResponse description =
      retrier_.persist("join the run", [&] { return transport_.join(request, settings_.call_timeout); });
  retrier_.note_contact();
  if (task_ != nullptr && description.SerializeAsString() == description_.SerializeAsString()) return;
  task_ = std::make_unique<LocalTask>(description, data_, held_out_, settings_.chunk_bytes, guard_, craft_);
  description_ = std::move(description);
  if (!description_.audit().empty())
    log::warning("the coordinator says that this run is an audit: {}", description_.audit());
  log::info("joined run {} of {} rounds with {} examples", description_.run(), description_.rounds(), data_.size());
}

v1::WorkOrder Session::pull() {
  v1::PullWorkRequest request;
  request.set_run(description_.run());
  request.set_patience_ms(static_cast<std::uint32_t>(settings_.patience.count()));
  v1::WorkOrder order = retrier_.persist(
      "ask for work", [&] { return transport_.pull_work(request, settings_.patience + settings_.call_timeout); });
  retrier_.note_contact();
  return order;
}

v1::WorkOrder Session::pull_as_member() {
  if (task_ == nullptr) join();
  try {
    return pull();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::state) throw;
    // A coordinator that does not know this client any more says so; joining again is harmless.
    log::warning("joining again: {}", error.what());
  }
  join();
  return pull();
}

bool Session::step() {
  if (outcome_) return false;
  const v1::WorkOrder order = pull_as_member();
  switch (order.work_case()) {
    case v1::WorkOrder::kWait:
      wait(order.wait());
      return true;
    case v1::WorkOrder::kTrain:
      train(order.train());
      return true;
    case v1::WorkOrder::kFinished:
      outcome_ = RunOutcome{order.finished().outcome(), wire::hex(order.finished().model_hash())};
      log::info("run {} is finished: {}", description_.run(), outcome_->outcome);
      return false;
    case v1::WorkOrder::WORK_NOT_SET:
      break;
  }
  fail(ErrorKind::peer, "the coordinator's order holds no work that this client knows");
}

RunOutcome Session::run() {
  while (step()) {
  }
  return *outcome_;
}

void Session::wait(const v1::WorkOrder::Wait& order) {
  if (order.reason() != waiting_for_) log::info("waiting: {}", order.reason());
  waiting_for_ = order.reason();
  retrier_.pause("wait for work", std::clamp(milliseconds(order.retry_after_ms()), shortest_wait, longest_wait));
}

void Session::train(const v1::WorkOrder::Train& order) {
  waiting_for_.clear();
  check_key(order.key());
  try {
    const std::optional<PreparedUpdate> update = prepare(order);
    if (update) hand_over(order.key(), *update);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::state && error.kind() != ErrorKind::deadline) throw;
    log::warning("round {}: the update is dropped: {}", order.key().round(), error.what());
  }
}

v1::Receipt Session::deliver_update(const v1::WorkKey& key, const PreparedUpdate& update) {
  return retrier_.persist("deliver the update", [&] {
    return deliver(transport_, key, update, settings_.call_timeout, [this] { retrier_.note_contact(); });
  });
}

void Session::hand_over(const v1::WorkKey& key, const PreparedUpdate& update) {
  v1::Receipt receipt;
  try {
    receipt = deliver_update(key, update);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::state) throw;
    // A coordinator that came back between two chunks may have forgotten what was offered but not yet committed.
    // Offering anew tells that from a round that is closed.
    log::debug("round {}: offering the update anew: {}", key.round(), error.what());
    receipt = deliver_update(key, update);
  }
  model_.reset();
  log::info("round {}: update delivered, norm {:.4g}, loss {:.4g}, {} accepted so far", key.round(),
            update.norm_before_clipping, update.header.training_loss(), receipt.accepted_so_far());
}

std::optional<PreparedUpdate> Session::prepare(const v1::WorkOrder::Train& order) {
  const v1::WorkKey& key = order.key();
  log::info("round {}: training on {} examples, {:.1f} s left", key.round(), data_.size(),
            order.deadline_ms() / 1000.0);
  const Parameters start = download(key, order.model());
  check_received(key.round(), start);
  const milliseconds interval(description_.heartbeat_ms());
  std::optional<PreparedUpdate> update;
  {
    const Heartbeat heartbeat(transport_, key, interval,
                              std::min(settings_.call_timeout, std::max(interval, milliseconds(1))));
    update = task_->update(start, settings_.seed, key.round(), settings_.index);
    if (!heartbeat.work_still_counts()) {
      log::warning("round {}: closed while this client was training; its update is dropped", key.round());
      return {};
    }
  }
  if (!update) withhold(key);
  return update;
}

void Session::withhold(const v1::WorkKey& key) {
  v1::HeartbeatRequest request;
  *request.mutable_key() = key;
  request.set_withholds(true);
  retrier_.persist("tell that the update is withheld",
                   [&] { return transport_.heartbeat(request, settings_.call_timeout); });
  retrier_.note_contact();
  model_.reset();
}

void Session::check_received(std::uint32_t round, const Parameters& start) const {
  if (settings_.received_model == ReceivedModelPolicy::accept) return;
  for (const std::string& sign : task_->suspicious_signs(start)) {
    if (settings_.received_model == ReceivedModelPolicy::refuse)
      fail(ErrorKind::peer, "the coordinator's model of round {} looks made to give examples away: {}", round, sign);
    log::warning("round {}: the coordinator's model looks made to give examples away: {}", round, sign);
  }
}

Parameters Session::download(const v1::WorkKey& key, const v1::Model& model) {
  if (model_ && wire::equal(model.model_hash(), model_->hash())) return *model_;
  try {
    wire::validate_model(model, *task_->schema());
    wire::BlobAssembler assembler(model.values(), task_->schema()->size() * sizeof(float));
    for (const std::uint32_t position : assembler.missing()) {
      v1::DownloadChunkRequest request;
      *request.mutable_key() = key;
      request.set_sha256(model.values().chunk_sha256(static_cast<int>(position)));
      const v1::Chunk chunk = retrier_.persist(
          "download the model", [&] { return transport_.download_chunk(request, settings_.call_timeout); });
      retrier_.note_contact();
      assembler.put(position, wire::as_bytes(chunk.data()));
    }
    model_ = wire::decode_model(model, assembler.take(), task_->schema());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) throw;
    fail(ErrorKind::peer, "the coordinator's model of round {} is damaged: {}", key.round(), error.what());
  }
  return *model_;
}

void Session::check_key(const v1::WorkKey& key) {
  if (key.run() != description_.run()) {
    fail(ErrorKind::peer, "the coordinator gives work of run '{}' to a member of run '{}'", key.run(),
         description_.run());
  }
  repetitions_ = same(key, last_key_) ? repetitions_ + 1 : 0;
  last_key_ = key;
  if (repetitions_ > most_repetitions) {
    fail(ErrorKind::peer, "the coordinator asks for round {} of run {} again and again, whatever this client answers",
         key.round(), key.run());
  }
}

}  // namespace tacit::client
