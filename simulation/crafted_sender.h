#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "attacks/malicious/craft.h"
#include "coordinator/coordinator.h"
#include "models/model.h"
#include "simulation/craft_options.h"

namespace tacit::simulation {

/// The part of a malicious coordinator: chooses what each client is sent, from the options and from what the recording
/// of the run says of former rounds, as an attacker does (promise P3), so that a coordinator that comes back after a
/// kill sends the same again.
class CraftedSender {
 public:
  /// Reads the files and tries the craft on `initial`, so that what cannot be crafted is refused before the run begins.
  /// Throws Error(configuration) or Error(data) naming the file, key or layer.
  CraftedSender(const CraftOptions& options, const models::Model<float>& model, const Parameters& initial,
                std::uint64_t seed, std::filesystem::path recording);

  /// What is crafted, in words; tells every file of weights and every key of the craft apart.
  const std::string& audit() const noexcept { return audit_; }
  /// What the clients of a round are sent: see coordinator::Hooks::craft.
  coordinator::CraftedModels models_of(std::uint32_t round, const Parameters& model,
                                       const std::vector<std::string>& cohort) const;

 private:
  std::vector<attacks::Observation> answers_of(const std::string& client, std::uint32_t before) const;

  const models::Model<float>& model_;
  std::uint64_t seed_;
  std::filesystem::path recording_;
  std::map<std::string, Parameters> own_;
  std::unique_ptr<const attacks::Craft> craft_;
  std::string audit_;
};

}  // namespace tacit::simulation
