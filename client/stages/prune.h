#pragma once

#include "client/stages/update_types.h"
#include "core/config.h"
#include "core/parameters.h"

namespace tacit::client {

/// Third stage: of each tensor, its values of largest magnitude stay and the others become zero
/// (privacy/compression/sparsify.h).
///
///   [update]
///   keep_share = 0.1     # of each tensor, rounded up; 1, the default: no pruning
class PruneStage {
 public:
  /// No pruning.
  PruneStage() = default;
  /// Throws Error(usage) unless 0 < share <= 1.
  explicit PruneStage(double keep_share);
  static PruneStage from_config(ConfigTable& section);

  bool is_off() const noexcept { return keep_share_ == 1; }
  PrunedUpdate operator()(NoisyUpdate update, const ParameterSchema& schema) const;

 private:
  double keep_share_ = 1;
};

}  // namespace tacit::client
