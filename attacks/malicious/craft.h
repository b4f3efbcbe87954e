#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "attacks/observation.h"
#include "core/config.h"
#include "models/model.h"

namespace tacit::attacks {

/// For whom and when a craft chooses parameters, in a run where it chooses them again and again.
struct CraftOccasion {
  std::size_t client = 0;                     ///< position among the clients that the round asks
  std::span<const Observation> answers = {};  ///< of this client in all former rounds, in order
};

/// A way to choose the parameters that a malicious coordinator sends, with fixed settings. The attack of the same name
/// reads what comes back.
class Craft {
 public:
  virtual ~Craft() = default;
  /// Overwrites what it needs of theta [parameters], the rest stays; equal seeds give equal parameters. Throws
  /// Error(configuration) if the model lacks the layers, Error(usage) if theta does not suit.
  virtual void write(const models::Model<float>& model, std::uint64_t seed, std::span<float> theta) const = 0;
  /// The same for one client in one round of a run: what has a choice lets the answers so far make it.
  virtual void write_for(const CraftOccasion&, const models::Model<float>& model, std::uint64_t seed,
                         std::span<float> theta) const {
    write(model, seed, theta);
  }
};

/// The craft that the key `craft` names, made from the whole table, whose other keys it reads.
std::unique_ptr<const Craft> make_craft(ConfigTable section);
/// Their names.
std::vector<std::string> craft_names();

}  // namespace tacit::attacks
