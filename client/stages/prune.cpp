#include "client/stages/prune.h"

#include <span>

#include "core/error.h"
#include "privacy/compression/sparsify.h"

namespace tacit::client {

PruneStage::PruneStage(double keep_share) : keep_share_(keep_share) {
  if (!(keep_share > 0 && keep_share <= 1))
    fail(ErrorKind::usage, "share of an update to keep {}: expected above 0 and at most 1", keep_share);
}

PruneStage PruneStage::from_config(ConfigTable& section) {
  return PruneStage(section.number("keep_share", {1e-9, 1}, 1.0));
}

PrunedUpdate PruneStage::operator()(NoisyUpdate update, const ParameterSchema& schema) const {
  if (!is_off())
    for (const ParameterEntry& entry : schema.entries())
      privacy::keep_largest(std::span(update.values).subspan(entry.offset, entry.size), keep_share_);
  return {std::move(update.values)};
}

}  // namespace tacit::client
