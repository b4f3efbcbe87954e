#include "cli/circuit_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/counted.h"
#include "cli/whole_number.h"
#include "core/config.h"
#include "core/error.h"
#include "core/files.h"
#include "models/graph.h"
#include "models/layers/circuit_ansatz.h"
#include "models/layers/circuit_specification.h"
#include "models/layers/quantum.h"
#include "quantum_sim/circuit/observables.h"
#include "quantum_sim/openqasm/openqasm.h"
#include "simulation/experiment.h"

namespace tacit::cli {
namespace {

using quantum_sim::Circuit;
using quantum_sim::Gate;
using quantum_sim::GateKind;
using quantum_sim::Observable;

ReadCircuit from_openqasm(const std::string& file) {
  quantum_sim::OpenQasmCircuit read = quantum_sim::read_openqasm(file);
  return {file, std::move(read.circuit), {Observable::pauli_z(0)}, std::move(read.qubits), {}};
}

/// A [model] section alone says too little: how many features reach the layer must be given.
ReadCircuit from_model_section(ConfigTable file, const CircuitOptions& options) {
  ConfigTable model = file.table("model");
  for (ConfigTable& layer : model.tables("layers")) {
    if (layer.string("type") != "quantum") continue;
    if (options.features == 0)
      layer.refuse("type", "without a [data] section, --features says how many features this layer gets");
    models::CircuitSpecification read = models::circuit_from_config(layer, static_cast<std::size_t>(options.features));
    return {layer.place(), std::move(read.circuit), std::move(read.observables), {}, {}};
  }
  model.refuse("layers", "none of the layers is of type \"quantum\"");
}

/// The first case of an experiment, or the one that is named, whose model has a quantum layer.
ReadCircuit from_experiment(const CircuitOptions& options) {
  for (const auto& [name, experiment] : simulation::Experiment::from_file(options.config).cases()) {
    if (!options.case_name.empty() && name != options.case_name) continue;
    const models::Model<float> model = experiment.model(experiment.data().train);
    for (const auto& node : model.graph().nodes())
      if (const auto* layer = dynamic_cast<const models::Quantum<float>*>(node.layer.get()))
        return {fmt::format("{}, layer {}{}", options.config, node.name, name.empty() ? "" : " of case " + name),
                layer->circuit(),
                layer->observables(),
                {},
                {}};
  }
  fail(ErrorKind::configuration, "{}: {} has a layer of type \"quantum\"", options.config,
       options.case_name.empty() ? "no model" : "no case '" + options.case_name + "' that");
}

ReadCircuit from_config(const CircuitOptions& options) {
  ConfigTable file = ConfigTable::parse_file(options.config);
  return file.has("data") || file.has("case") ? from_experiment(options) : from_model_section(file, options);
}

bool sets(const CircuitOptions& options, const std::string& key) {
  return std::any_of(options.settings.begin(), options.settings.end(),
                     [&](const std::string& setting) { return setting.starts_with(key + "="); });
}

/// The options as the keys of a quantum layer, so that both mean the same.
std::string layer_text(const CircuitOptions& options) {
  std::string text = fmt::format("qubits = {}\nansatz = \"{}\"\nlayers = {}\nreuploads = {}\n", options.qubits,
                                 options.ansatz, options.layers, options.reuploads);
  if (options.encoding != "none") text += fmt::format("encoding = \"{}\"\n", options.encoding);
  if (!options.entangler.empty()) text += fmt::format("entangler = \"{}\"\n", options.entangler);
  // A ring is what benchmarks and most papers use; the configuration's own default is the chain.
  else if (options.ansatz == "hardware_efficient" && !sets(options, "entangler"))
    text += "entangler = \"cnot_ring\"\n";
  for (const std::string& setting : options.settings) {
    const std::size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos)
      fail(ErrorKind::usage, "--set: expected KEY=VALUE, not '{}'", setting);
    const std::string key = setting.substr(0, equals), value = setting.substr(equals + 1);
    if (text.starts_with(key + " = ") || text.find("\n" + key + " = ") != std::string::npos)
      fail(ErrorKind::usage, "--set: '{}' is given twice, or has an option of its own", key);
    const bool is_word =
        !value.empty() && std::isalpha(static_cast<unsigned char>(value[0])) && value != "true" && value != "false";
    text += fmt::format("{} = {}\n", key, is_word ? "\"" + value + "\"" : value);
  }
  return text;
}

Circuit circuit_of(ConfigTable& table, const CircuitOptions& options) {
  if (options.encoding == "none") {
    Circuit circuit(static_cast<std::uint32_t>(table.integer("qubits", {1, Circuit::max_qubits})));
    const quantum_sim::CircuitPart ansatz = models::read_ansatz(table, circuit.qubits()).whole();
    const auto repeats = static_cast<std::uint32_t>(table.integer("reuploads", {1, 1'000}));
    for (std::uint32_t count = 0, next = 0; count < repeats; ++count) next = ansatz(circuit, next);
    return circuit;
  }
  std::int64_t features = options.features;
  if (features == 0) features = options.qubits / table.integer("qubits_per_feature", {1, 63}, 1);
  return models::circuit_from_config(table, static_cast<std::size_t>(std::max<std::int64_t>(features, 1))).circuit;
}

ReadCircuit from_options(const CircuitOptions& options) {
  try {
    ConfigTable table = ConfigTable::parse_text(layer_text(options), "options");
    Circuit circuit = circuit_of(table, options);
    table.finish();
    const std::string origin = fmt::format("encoding {}, ansatz {}, {}", options.encoding, options.ansatz,
                                           counted(static_cast<std::size_t>(options.layers), "layer"));
    return {origin, std::move(circuit), {Observable::pauli_z(0)}, {}, {}};
  } catch (const Error& error) {
    // The keys are options here, and there is no file to look into.
    if (error.kind() != ErrorKind::configuration) throw;
    const std::string_view text = error.what();
    const std::size_t place = text.starts_with("options:") ? text.find(": ") : std::string_view::npos;
    throw Error(ErrorKind::usage, std::string(place == std::string_view::npos ? text : text.substr(place + 2)));
  }
}

ReadCircuit from_somewhere(const CircuitOptions& options) {
  const int sources = !options.file.empty() + !options.config.empty() + (options.qubits > 0);
  if (sources != 1)
    fail(ErrorKind::usage,
         "{}: give an OpenQASM file, --config FILE.toml with a quantum layer, or --qubits N and what describes a "
         "circuit",
         sources == 0 ? "which circuit is missing" : "a circuit has one source");
  if (!options.case_name.empty() && options.config.empty()) fail(ErrorKind::usage, "--case needs --config");
  if (!options.settings.empty() && options.qubits == 0) fail(ErrorKind::usage, "--set needs --qubits");
  if (!options.file.empty()) return from_openqasm(options.file);
  return options.config.empty() ? from_options(options) : from_config(options);
}

/// Observables stand where a circuit for sampling measures at its end.
std::size_t drop_final_measurements(Circuit& circuit) {
  std::vector<Gate> gates = circuit.gates();
  std::uint64_t touched = 0;
  std::vector<Gate> kept;
  for (auto gate = gates.rbegin(); gate != gates.rend(); ++gate) {
    std::uint64_t mask = 0;
    for (const auto* list : {&gate->targets, &gate->controls})
      for (const std::uint32_t qubit : *list) mask |= std::uint64_t{1} << qubit;
    if (gate->kind == GateKind::measure && !(mask & touched)) continue;
    touched |= mask;
    kept.push_back(std::move(*gate));
  }
  const std::size_t dropped = gates.size() - kept.size();
  if (dropped == 0) return 0;
  Circuit result(circuit.qubits());
  if (circuit.encoded_amplitudes() > 0) result.encode_amplitudes(circuit.encoded_amplitudes());
  for (auto gate = kept.rbegin(); gate != kept.rend(); ++gate) result.append(std::move(*gate));
  circuit = std::move(result);
  return dropped;
}

}  // namespace

void add_circuit_options(CLI::App& command, CircuitOptions& options) {
  command.add_option("file", options.file, "OpenQASM 2 or 3 file");
  command.add_option("--config", options.config, "TOML file with a quantum layer (--case NAME, --features N)");
  command.add_option("--case", options.case_name, "Which [[case]] of it")->group("");
  command.add_option("--qubits", options.qubits, "Or: qubits of a circuit made by the next five")
      ->check(whole_number(1, 63));
  command.add_option("--encoding", options.encoding, "none, or an encoding of a quantum layer")->capture_default_str();
  command.add_option("--features", options.features, "Inputs (default: what fits)")->check(whole_number(1, 1'000'000));
  command.add_option("--ansatz", options.ansatz, "As of a quantum layer")->capture_default_str();
  command.add_option("--layers", options.layers, "Layers of the ansatz [1]")->check(whole_number(1, 10'000));
  command.add_option("--entangler", options.entangler, "cnot_chain or cnot_ring")->group("");
  command.add_option("--reuploads", options.reuploads, "Repetitions of encoding and ansatz [1]")
      ->check(whole_number(1, 1'000))
      ->group("");
  command.add_option("--set", options.settings, "Any other key of a quantum layer: KEY=VALUE");
  command.add_option("--observable", options.observables, "Output, like 'Z0' or '0.5 Z0 Z1 - X2'; repeat for several");
}

ReadCircuit read_circuit(const CircuitOptions& options) {
  ReadCircuit read = from_somewhere(options);
  if (!options.observables.empty()) {
    read.observables.clear();
    for (const std::string& text : options.observables) read.observables.push_back(quantum_sim::parse_observable(text));
  }
  return read;
}

ReadCircuit read_for_analysis(const CircuitOptions& options) {
  ReadCircuit read = read_circuit(options);
  if (const std::size_t dropped = drop_final_measurements(read.circuit); dropped > 0)
    read.notes.push_back(fmt::format("{} left out: observables stand for {}", counted(dropped, "final measurement"),
                                     dropped == 1 ? "it" : "them"));
  return read;
}

nlohmann::ordered_json describe(const ReadCircuit& read) {
  std::vector<std::string> observables;
  for (const Observable& observable : read.observables) observables.push_back(quantum_sim::to_text(observable));
  return {{"origin", read.origin},
          {"qubits", read.circuit.qubits()},
          {"gates", read.circuit.gates().size()},
          {"parameters", read.circuit.parameters()},
          {"inputs", read.circuit.inputs()},
          {"observables", observables},
          {"notes", read.notes}};
}

std::string heading(const ReadCircuit& read, const std::vector<std::string>& counts) {
  std::string text = fmt::format("{}\n  {}", read.origin, counted(read.circuit.qubits(), "qubit"));
  for (const std::string& count : counts) text += ", " + count;
  text += "\n";
  for (const std::string& note : read.notes) text += "  note: " + note + "\n";
  return text;
}

void deliver(const std::string& content, const std::string& output, nlohmann::ordered_json& object) {
  if (output.empty()) {
    std::cout << content;
    return;
  }
  write_atomically(output, content);
  object["output"] = output;
}

}  // namespace tacit::cli
