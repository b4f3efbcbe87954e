#include "client/delivery.h"

#include "proto/blob.h"
#include "proto/bytes.h"

namespace tacit::client {
namespace {

v1::OfferUpdateResponse offer(Transport& transport, const v1::WorkKey& key, const PreparedUpdate& update,
                              Transport::Deadline deadline) {
  v1::OfferUpdateRequest request;
  *request.mutable_key() = key;
  *request.mutable_header() = update.header;
  v1::OfferUpdateResponse answer = transport.offer_update(request, deadline);
  const int chunks = update.header.values().chunk_sha256_size();
  for (const std::uint32_t position : answer.missing_chunks()) {
    if (position >= static_cast<std::uint32_t>(chunks)) {
      fail(ErrorKind::peer, "the coordinator asks for chunk {} of an update that has {}", position, chunks);
    }
  }
  return answer;
}

void upload(Transport& transport, const v1::WorkKey& key, const PreparedUpdate& update, std::uint32_t position,
            Transport::Deadline deadline) {
  v1::UploadChunkRequest request;
  *request.mutable_key() = key;
  request.set_position(position);
  request.set_data(wire::to_string(wire::chunk_of(update.bytes, update.header.values(), position)));
  transport.upload_chunk(request, deadline);
}

v1::Receipt commit(Transport& transport, const v1::WorkKey& key, const PreparedUpdate& update,
                   Transport::Deadline deadline) {
  v1::CommitUpdateRequest request;
  *request.mutable_key() = key;
  request.set_blob_sha256(update.header.values().sha256());
  v1::Receipt receipt = transport.commit_update(request, deadline);
  if (receipt.blob_sha256() != request.blob_sha256()) {
    fail(ErrorKind::peer, "the coordinator's receipt is for update {}, not for {}", wire::hex(receipt.blob_sha256()),
         wire::hex(request.blob_sha256()));
  }
  return receipt;
}

}  // namespace

v1::Receipt deliver(Transport& transport, const v1::WorkKey& key, const PreparedUpdate& update,
                    Transport::Deadline deadline, const std::function<void()>& progress) {
  const v1::OfferUpdateResponse offered = offer(transport, key, update, deadline);
  progress();
  // Even if it is committed already: asking again gives the receipt that a broken connection may have swallowed.
  for (const std::uint32_t position : offered.missing_chunks()) {
    upload(transport, key, update, position, deadline);
    progress();
  }
  v1::Receipt receipt = commit(transport, key, update, deadline);
  progress();
  return receipt;
}

}  // namespace tacit::client
