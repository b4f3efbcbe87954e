#pragma once

#include <cstdint>
#include <string>

#include "attacks/observation.h"
#include "client/update_pipeline.h"
#include "core/parameters.h"

namespace tacit::simulation {

/// One update as an attacker sees it: description, the model that was sent and the prepared update are recorded in the
/// form of the wire, in a file that lives as long as this call, and read back (promise P3). May be called from several
/// threads. Throws as attacks::Observation::read.
attacks::Observation observe_update(const v1::JoinResponse& description, const Parameters& sent,
                                    const client::PreparedUpdate& update, std::uint32_t round,
                                    const std::string& client);

}  // namespace tacit::simulation
