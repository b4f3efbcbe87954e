#include "client/memory_coordinator.h"

#include "models/specification.h"
#include "proto/bytes.h"
#include "proto/model_codec.h"
#include "proto/update_codec.h"

namespace tacit::client {
namespace {

constexpr std::size_t model_chunk_bytes = 96;

template <class Change, class Answer>
void spoil(const Change& change, Answer& answer) {
  if (change) change(answer);
}

Parameters initial_model(const MemoryRun& run) {
  const auto model =
      models::build_model<float>(ConfigTable::parse_text(run.model_toml, "model.toml"), run.input_shape, run.classes);
  return {model.schema(), model.initial_parameters(1)};
}

}  // namespace

MemoryCoordinator::MemoryCoordinator(MemoryRun run) : run_(std::move(run)), model_(initial_model(run_)) {}

template <class Answer, class Body>
Answer MemoryCoordinator::serve(const std::string& call, const Body& body) {
  if (fault) fault(call, false);
  Answer answer;
  {
    const std::lock_guard lock(mutex_);
    body(answer);
    calls_.push_back(call);
  }
  if (fault) fault(call, true);
  return answer;
}

v1::JoinResponse MemoryCoordinator::join(const v1::JoinRequest& request, Deadline) {
  return serve<v1::JoinResponse>("Join", [&](v1::JoinResponse& answer) {
    if (request.protocol_version() != run_.protocol_version) {
      fail(ErrorKind::state, "this coordinator speaks protocol version {}, the client version {}",
           run_.protocol_version, request.protocol_version());
    }
    joined_ = true;
    answer.set_run("run-1");
    answer.set_rounds(run_.rounds);
    answer.set_model_toml(run_.model_toml);
    answer.set_training_toml(run_.training_toml);
    answer.set_pipeline_toml(run_.pipeline_toml);
    for (const std::int64_t extent : run_.input_shape) answer.add_input_shape(extent);
    answer.set_classes(run_.classes);
    answer.set_schema_hash(wire::to_string(model_->schema().hash()));
    answer.set_heartbeat_ms(run_.heartbeat_ms);
    spoil(change_description, answer);
  });
}

v1::WorkOrder MemoryCoordinator::pull_work(const v1::PullWorkRequest& request, Deadline) {
  return serve<v1::WorkOrder>("PullWork", [&](v1::WorkOrder& answer) {
    if (!joined_ || request.run() != "run-1") fail(ErrorKind::state, "the caller has not joined this run");
    if (!std::exchange(said_wait_, true)) {
      answer.mutable_wait()->set_retry_after_ms(5);
      answer.mutable_wait()->set_reason("0 of 1 clients are ready");
    } else if (round_ > run_.rounds) {
      answer.mutable_finished()->set_outcome("complete");
      answer.mutable_finished()->set_model_hash(wire::to_string(model_->hash()));
    } else {
      v1::WorkOrder::Train& train = *answer.mutable_train();
      train.mutable_key()->set_run("run-1");
      train.mutable_key()->set_round(round_);
      train.mutable_key()->set_step(1);
      *train.mutable_model() = wire::describe_model(*model_, model_chunk_bytes);
      train.set_deadline_ms(60'000);
    }
    spoil(change_order, answer);
  });
}

v1::Chunk MemoryCoordinator::download_chunk(const v1::DownloadChunkRequest& request, Deadline) {
  return serve<v1::Chunk>("DownloadChunk", [&](v1::Chunk& answer) {
    const std::vector<std::byte> bytes = wire::model_bytes(*model_);
    const v1::Blob blob = wire::describe_blob(bytes, model_chunk_bytes);
    for (int i = 0; i < blob.chunk_sha256_size(); ++i) {
      if (blob.chunk_sha256(i) == request.sha256()) {
        answer.set_data(wire::to_string(wire::chunk_of(bytes, blob, static_cast<std::size_t>(i))));
      }
    }
    spoil(change_chunk, answer);
  });
}

void MemoryCoordinator::check_key(const v1::WorkKey& key) const {
  if (key.round() != round_) fail(ErrorKind::state, "round {} is closed", key.round());
}

v1::OfferUpdateResponse MemoryCoordinator::offer_update(const v1::OfferUpdateRequest& request, Deadline) {
  return serve<v1::OfferUpdateResponse>("OfferUpdate", [&](v1::OfferUpdateResponse& answer) {
    const auto done = committed_.find(request.key().round());
    if (done != committed_.end() && done->second == request.header().values().sha256()) {
      answer.set_committed(true);
      return;
    }
    check_key(request.key());
    wire::validate_update_header(request.header(), model_->schema(), model_->hash());
    if (on_offer) on_offer(request.header());
    if (!offered_ || offered_->values().sha256() != request.header().values().sha256()) {
      offered_ = request.header();
      upload_.emplace(request.header().values(), std::size_t{1} << 20);
    }
    for (const std::uint32_t position : upload_->missing()) answer.add_missing_chunks(position);
    spoil(change_offer, answer);
  });
}

v1::UploadChunkResponse MemoryCoordinator::upload_chunk(const v1::UploadChunkRequest& request, Deadline) {
  return serve<v1::UploadChunkResponse>(fmt::format("UploadChunk {}", request.position()),
                                        [&](v1::UploadChunkResponse&) {
                                          check_key(request.key());
                                          if (!upload_) fail(ErrorKind::state, "nothing was offered");
                                          upload_->put(request.position(), wire::as_bytes(request.data()));
                                        });
}

v1::Receipt MemoryCoordinator::commit_update(const v1::CommitUpdateRequest& request, Deadline) {
  return serve<v1::Receipt>("CommitUpdate", [&](v1::Receipt& answer) {
    *answer.mutable_key() = request.key();
    answer.set_blob_sha256(request.blob_sha256());
    answer.set_accepted_so_far(1);
    const auto done = committed_.find(request.key().round());
    if (done != committed_.end() && done->second == request.blob_sha256()) return;
    check_key(request.key());
    if (!upload_ || !upload_->complete()) fail(ErrorKind::state, "chunks are missing");
    const wire::DecodedUpdate update =
        wire::decode_update(*offered_, upload_->take(), model_->schema(), model_->hash());
    for (std::size_t i = 0; i < update.values.size(); ++i) model_->values()[i] += update.values[i];
    committed_[round_++] = request.blob_sha256();
    offered_.reset();
    upload_.reset();
    spoil(change_receipt, answer);
  });
}

v1::HeartbeatResponse MemoryCoordinator::heartbeat(const v1::HeartbeatRequest& request, Deadline) {
  return serve<v1::HeartbeatResponse>("Heartbeat", [&](v1::HeartbeatResponse& answer) {
    answer.set_work_still_counts(request.key().round() == round_);
    if (!request.withholds() || !answer.work_still_counts()) return;
    withheld_.push_back(round_++);
    offered_.reset();
    upload_.reset();
  });
}

Parameters MemoryCoordinator::model() const {
  const std::lock_guard lock(mutex_);
  return *model_;
}

std::vector<std::string> MemoryCoordinator::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

void MemoryCoordinator::forget_members() {
  const std::lock_guard lock(mutex_);
  joined_ = false;
}

void MemoryCoordinator::forget_upload() {
  const std::lock_guard lock(mutex_);
  offered_.reset();
  upload_.reset();
}

void MemoryCoordinator::close_round() {
  const std::lock_guard lock(mutex_);
  ++round_;
  offered_.reset();
  upload_.reset();
}

std::vector<std::uint32_t> MemoryCoordinator::withheld() const {
  const std::lock_guard lock(mutex_);
  return withheld_;
}

std::uint32_t MemoryCoordinator::round() const {
  const std::lock_guard lock(mutex_);
  return round_;
}

}  // namespace tacit::client
