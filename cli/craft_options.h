#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/config.h"
#include "simulation/craft_options.h"

namespace tacit::cli {

/// Keys of a craft as they are given on the command line.
struct CraftKeys {
  std::vector<std::string> settings;
  std::string public_data;
};

void add_craft_keys(CLI::App& command, CraftKeys& keys);
/// The keys as the table that the craft of this name reads. Throws Error(usage) on a key that is no KEY=VALUE.
ConfigTable craft_table(const std::string& craft, const CraftKeys& keys, std::uint64_t seed);

/// What a coordinator under audit is told to send.
struct SentModels {
  std::vector<std::string> client_models;
  std::string craft;
  CraftKeys keys;
};

void add_sent_models(CLI::App& command, SentModels& options);
/// Throws Error(usage) on a client that is named twice, and on keys without a craft.
simulation::CraftOptions craft_options_of(const SentModels& options, std::uint64_t seed);

}  // namespace tacit::cli
