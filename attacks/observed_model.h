#pragma once

#include "attacks/observation.h"
#include "models/model.h"

namespace tacit::attacks {

/// The model that a run description describes, as the attacker builds it: in double, for exact attacks, unless single
/// precision is asked for. Throws Error(data) with the reason if this version cannot build it.
template <class T = double>
models::Model<T> observed_model(const RunDescription& run);

}  // namespace tacit::attacks
