#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::cli {

/// Where a circuit of `tacit circuit` comes from: an OpenQASM file, a configuration with a quantum layer, or options.
struct CircuitOptions {
  std::string file, config, case_name;
  std::int64_t qubits = 0, features = 0, layers = 1, reuploads = 1;
  std::string encoding = "angle", ansatz = "hardware_efficient", entangler;
  std::vector<std::string> settings;     ///< "key=value" for any other key of a quantum layer
  std::vector<std::string> observables;  ///< text of Pauli sums
};

void add_circuit_options(CLI::App& command, CircuitOptions& options);

struct ReadCircuit {
  std::string origin;
  quantum_sim::Circuit circuit;
  std::vector<quantum_sim::Observable> observables;
  std::vector<std::string> qubit_names, notes;
};

/// Throws Error(usage) that names the option, Error(configuration) or Error(data) with the place in the file.
ReadCircuit read_circuit(const CircuitOptions& options);
/// The same without the measurements at its end, which observables stand for.
ReadCircuit read_for_analysis(const CircuitOptions& options);

/// `origin`, `qubits`, `gates`, `parameters`, `inputs`, `observables`, `notes`: what every verb says of its circuit.
nlohmann::ordered_json describe(const ReadCircuit& read);

/// The same for people: where it is from, the qubits and other counts, the notes.
std::string heading(const ReadCircuit& read, const std::vector<std::string>& counts);

/// Writes the text to the file, or to standard output if there is none, and notes the file under `output`.
void deliver(const std::string& content, const std::string& output, nlohmann::ordered_json& object);

}  // namespace tacit::cli
