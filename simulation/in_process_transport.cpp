#include "simulation/in_process_transport.h"

#include <future>
#include <memory>

namespace tacit::simulation {
namespace {

/// Makes an asynchronous call and waits for its reply, at most `deadline`. The reply may come after we stopped waiting,
/// so it owns what it writes to.
template <class Request, class Response>
Response call(coordinator::Coordinator& coordinator,
              void (coordinator::Coordinator::*method)(std::string, Request, coordinator::Reply<Response>),
              const std::string& client, const Request& request, client::Transport::Deadline deadline,
              const char* name) {
  auto promise = std::make_shared<std::promise<coordinator::Result<Response>>>();
  auto answer = promise->get_future();
  (coordinator.*method)(client, request,
                        [promise](coordinator::Result<Response> result) { promise->set_value(std::move(result)); });
  if (answer.wait_for(deadline) != std::future_status::ready)
    throw client::ConnectionError(
        ErrorKind::deadline, fmt::format("the coordinator did not answer {} within {} ms", name, deadline.count()));
  coordinator::Result<Response> result = answer.get();
  if (const Error* error = std::get_if<Error>(&result)) throw *error;
  return std::get<Response>(std::move(result));
}

}  // namespace

using coordinator::Coordinator;

v1::JoinResponse InProcessTransport::join(const v1::JoinRequest& request, Deadline deadline) {
  return call(coordinator_, &Coordinator::join, client_, request, deadline, "Join");
}
v1::WorkOrder InProcessTransport::pull_work(const v1::PullWorkRequest& request, Deadline deadline) {
  return call(coordinator_, &Coordinator::pull_work, client_, request, deadline, "PullWork");
}
v1::Chunk InProcessTransport::download_chunk(const v1::DownloadChunkRequest& request, Deadline deadline) {
  return call(coordinator_, &Coordinator::download_chunk, client_, request, deadline, "DownloadChunk");
}
v1::OfferUpdateResponse InProcessTransport::offer_update(const v1::OfferUpdateRequest& request, Deadline deadline) {
  return call(coordinator_, &Coordinator::offer_update, client_, request, deadline, "OfferUpdate");
}
v1::UploadChunkResponse InProcessTransport::upload_chunk(const v1::UploadChunkRequest& request, Deadline deadline) {
  return call(coordinator_, &Coordinator::upload_chunk, client_, request, deadline, "UploadChunk");
}
v1::Receipt InProcessTransport::commit_update(const v1::CommitUpdateRequest& request, Deadline deadline) {
  return call(coordinator_, &Coordinator::commit_update, client_, request, deadline, "CommitUpdate");
}
v1::HeartbeatResponse InProcessTransport::heartbeat(const v1::HeartbeatRequest& request, Deadline deadline) {
  return call(coordinator_, &Coordinator::heartbeat, client_, request, deadline, "Heartbeat");
}

}  // namespace tacit::simulation
