#include "coordinator/coordinator.h"

#include "coordinator/engine/engine.h"

namespace tacit::coordinator {

Coordinator::Coordinator(CoordinatorConfig config, RunDescription description, Parameters initial, Hooks hooks,
                         std::filesystem::path run_folder, ThreadPool& pool, Injected injected)
    : engine_(std::make_unique<Engine>(std::move(config), std::move(description), std::move(initial), std::move(hooks),
                                       std::move(run_folder), pool, std::move(injected))) {}

Coordinator::~Coordinator() = default;

void Coordinator::start() {
  engine_->start();
}
void Coordinator::stop() {
  engine_->stop();
}
void Coordinator::drain() {
  engine_->drain();
}
const std::string& Coordinator::run_id() const noexcept {
  return engine_->run_id();
}
std::optional<RunOutcome> Coordinator::wait(std::chrono::milliseconds limit) {
  return engine_->wait(limit);
}
bool Coordinator::linger(std::chrono::milliseconds limit) {
  return engine_->linger(limit);
}

void Coordinator::join(std::string client, v1::JoinRequest request, Reply<v1::JoinResponse> reply) {
  engine_->call(std::move(reply), [engine = engine_.get(), client = std::move(client), request = std::move(request)](
                                      const auto& answer) { engine->join(client, request, answer); });
}

void Coordinator::pull_work(std::string client, v1::PullWorkRequest request, Reply<v1::WorkOrder> reply) {
  engine_->call(std::move(reply), [engine = engine_.get(), client = std::move(client), request = std::move(request)](
                                      const auto& answer) { engine->pull_work(client, request, answer); });
}

void Coordinator::download_chunk(std::string client, v1::DownloadChunkRequest request, Reply<v1::Chunk> reply) {
  engine_->call(std::move(reply), [engine = engine_.get(), client = std::move(client), request = std::move(request)](
                                      const auto& answer) { engine->download_chunk(client, request, answer); });
}

void Coordinator::offer_update(std::string client, v1::OfferUpdateRequest request,
                               Reply<v1::OfferUpdateResponse> reply) {
  engine_->call(std::move(reply), [engine = engine_.get(), client = std::move(client), request = std::move(request)](
                                      const auto& answer) { engine->offer_update(client, request, answer); });
}

void Coordinator::upload_chunk(std::string client, v1::UploadChunkRequest request,
                               Reply<v1::UploadChunkResponse> reply) {
  // Hashed on the caller's thread: the strand only compares.
  const Digest digest = sha256(request.data());
  engine_->call(std::move(reply),
                [engine = engine_.get(), client = std::move(client), request = std::move(request),
                 digest](const auto& answer) { engine->upload_chunk(client, request, digest, answer); });
}

void Coordinator::commit_update(std::string client, v1::CommitUpdateRequest request, Reply<v1::Receipt> reply) {
  engine_->call(std::move(reply), [engine = engine_.get(), client = std::move(client), request = std::move(request)](
                                      const auto& answer) { engine->commit_update(client, request, answer); });
}

void Coordinator::heartbeat(std::string client, v1::HeartbeatRequest request, Reply<v1::HeartbeatResponse> reply) {
  engine_->call(std::move(reply), [engine = engine_.get(), client = std::move(client), request = std::move(request)](
                                      const auto& answer) { engine->heartbeat(client, request, answer); });
}

}  // namespace tacit::coordinator
