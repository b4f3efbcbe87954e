#pragma once

#include <functional>

#include "client/transport.h"
#include "client/update_pipeline.h"

namespace tacit::client {

/// One attempt to hand over an update: offer it, send the chunks that the coordinator does not have, commit. An attempt
/// that broke off anywhere is simply made again: what was stored is not sent twice. `progress` is called after every
/// answer. Throws as Transport does, and Error(peer) if an answer makes no sense.
v1::Receipt deliver(Transport& transport, const v1::WorkKey& key, const PreparedUpdate& update,
                    Transport::Deadline deadline, const std::function<void()>& progress);

}  // namespace tacit::client
