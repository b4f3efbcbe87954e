#pragma once

#include <functional>

#include "client/update_pipeline.h"
#include "core/parameters.h"

namespace tacit::client {

/// What a malicious client under audit makes of the update that honest training gave, before it enters the pipeline:
/// changes its values, from the model that it answers to. Kind and base model stay, or the coordinator would refuse it.
using UpdateCraft = std::function<void(TrainedUpdate& update, const Parameters& start)>;

}  // namespace tacit::client
