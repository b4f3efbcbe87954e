#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace tacit::cli {

/// What a subcommand does: prints for people, and returns the object that --json prints as the last line.
using Action = std::function<nlohmann::ordered_json()>;

/// The subcommand that was chosen, and the flags that all of them have.
struct Chosen {
  Action action;
  bool json = false;
  std::string log_level = "warning";
};

/// Declares a subcommand with the common flags and an example for its --help.
CLI::App* add_subcommand(CLI::App& parent, Chosen& chosen, const std::string& name, const std::string& description,
                         const std::string& example);

// One file each.
void add_simulate(CLI::App& app, Chosen& chosen);
void add_audit(CLI::App& app, Chosen& chosen);
void add_coordinator(CLI::App& app, Chosen& chosen);
void add_client(CLI::App& app, Chosen& chosen);
void add_attack(CLI::App& app, Chosen& chosen);
void add_craft(CLI::App& app, Chosen& chosen);
void add_infer(CLI::App& app, Chosen& chosen);
void add_reproduce(CLI::App& app, Chosen& chosen);
void add_evaluate(CLI::App& app, Chosen& chosen);
void add_rescore(CLI::App& app, Chosen& chosen);
void add_pki(CLI::App& app, Chosen& chosen);
void add_data(CLI::App& app, Chosen& chosen);
void add_status(CLI::App& app, Chosen& chosen);
void add_pca(CLI::App& app, Chosen& chosen);
void add_curve(CLI::App& app, Chosen& chosen);
void add_bench(CLI::App& app, Chosen& chosen);
void add_circuit(CLI::App& app, Chosen& chosen);
void add_model(CLI::App& app, Chosen& chosen);

}  // namespace tacit::cli
