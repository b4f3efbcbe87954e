#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <span>
#include <vector>

#include "attacks/lanes/fiber.h"
#include "attacks/model_passes.h"
#include "models/model.h"

namespace tacit::attacks {

/// Whether runs gain by sharing passes. A circuit does: the simulator fills its vectors with them, where one run alone
/// leaves most lanes empty. Depends on the model alone, for the passes of lanes may differ from others in the last
/// bits.
bool gains_from_lanes(const models::Model<double>& model);

/// Runs on one thread, side by side: each is ordinary code that calls its ModelPasses, and is left there until the
/// others have come to a call too; the passes of all are then one batch with a lane for each. A run that ends makes
/// room for the next, so lanes stay filled while there are runs. A run's numbers do not depend on the others, nor on
/// how many there are (Evaluation's lanes).
class SideBySide {
 public:
  /// `count` candidates a run; at most `most` runs at a time. All must outlive this. The model must take lanes.
  SideBySide(const models::Model<double>& model, std::span<const double> theta, std::size_t count, std::size_t most);

  /// A run: its passes, and the seconds that its share of all passes has taken so far.
  using Run = std::function<void(std::size_t index, ModelPasses<double>& passes, const double& seconds)>;
  /// Calls `run` for every index that `next` gives, until it gives none. The first exception of a run ends all.
  void for_each(const std::function<std::optional<std::size_t>()>& next, const Run& run);

 private:
  class Lane;
  void serve(std::list<Lane>& lanes);
  void gather();

  models::Evaluation<double> evaluation_;
  std::span<const double> theta_;
  std::size_t count_, input_size_, target_size_, most_;
  std::vector<Lane*> served_;  ///< by the batch that runs
  std::vector<double> inputs_, targets_, vectors_, losses_, input_gradients_, target_gradients_;
};

}  // namespace tacit::attacks
