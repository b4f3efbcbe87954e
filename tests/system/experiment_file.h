#pragma once

#include <filesystem>
#include <string>

namespace tacit::system_tests {

/// A small but real experiment on the bundled iris flowers, written to `folder`/experiment.toml. Returns its path.
/// Results go below `folder`. Its learning rate changes from
/// round to round, so that a client that has the round wrong makes another model.
std::filesystem::path write_experiment(const std::filesystem::path& folder, int rounds = 4, int clients = 5,
                                       const std::string& simulation_keys = "");

}  // namespace tacit::system_tests
