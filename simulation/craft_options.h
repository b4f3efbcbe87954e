#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace tacit::simulation {

/// What a coordinator under audit sends in place of honest models.
struct CraftOptions {
  /// Files of weights (models/weight_files.h), by the client that is sent one, in every round.
  std::map<std::string, std::filesystem::path> client_models;
  /// The table of a craft (attacks/malicious/craft.h) that makes what every other client is sent, anew each round;
  /// empty: none.
  std::string craft_toml;

  bool empty() const noexcept { return client_models.empty() && craft_toml.empty(); }
};

}  // namespace tacit::simulation
