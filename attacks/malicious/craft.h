#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/config.h"
#include "models/model.h"

namespace tacit::attacks {

/// A way to choose the parameters that a malicious coordinator sends, with fixed settings. The attack of the same name
/// reads what comes back.
class Craft {
 public:
  virtual ~Craft() = default;
  /// Overwrites what it needs of theta [parameters], the rest stays; equal seeds give equal parameters. Throws
  /// Error(configuration) if the model lacks the layers, Error(usage) if theta does not suit.
  virtual void write(const models::Model<float>& model, std::uint64_t seed, std::span<float> theta) const = 0;
};

/// The craft that the key `craft` names, made from the whole table, whose other keys it reads.
std::unique_ptr<const Craft> make_craft(ConfigTable section);
/// Their names.
std::vector<std::string> craft_names();

}  // namespace tacit::attacks
