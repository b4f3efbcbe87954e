#include "cli/circuit_source.h"
#include "cli/circuit_verbs.h"
#include "cli/whole_number.h"
#include "core/error.h"
#include "quantum_sim/circuit/draw_labels.h"
#include "quantum_sim/circuit/draw_svg.h"
#include "quantum_sim/circuit/draw_text.h"
#include "quantum_sim/openqasm/openqasm.h"

namespace tacit::cli {
namespace {

struct Options {
  CircuitOptions circuit;
  std::string format = "text", output;
  std::int64_t width = 0;
};

/// The label, and what it rounds: offset + scale * product of the factors.
nlohmann::ordered_json angle_object(const quantum_sim::Angle& angle) {
  using quantum_sim::Angle;
  nlohmann::ordered_json factors = nlohmann::ordered_json::array();
  for (const Angle::Factor& factor : angle.factors())
    factors.push_back({{"source", factor.source == Angle::Source::input ? "input" : "parameter"},
                       {"index", factor.index},
                       {"function", factor.function == Angle::Function::arccos ? "arccos" : "identity"},
                       {"shift", factor.shift}});
  return {{"text", quantum_sim::angle_label(angle)},
          {"offset", angle.offset},
          {"scale", angle.scale},
          {"factors", factors}};
}

nlohmann::ordered_json gates(const quantum_sim::Circuit& circuit) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const quantum_sim::Gate& gate : circuit.gates()) {
    nlohmann::ordered_json angles = nlohmann::ordered_json::array();
    for (const quantum_sim::Angle& angle : gate.angles) angles.push_back(angle_object(angle));
    rows.push_back({{"gate", name(gate)}, {"targets", gate.targets}, {"controls", gate.controls}, {"angles", angles}});
    if (gate.kind == quantum_sim::GateKind::measure) rows.back()["classical_bit"] = gate.classical_bit;
  }
  return rows;
}

nlohmann::ordered_json draw(const Options& options) {
  const ReadCircuit read = read_circuit(options.circuit);
  nlohmann::ordered_json object = describe(read);
  object["format"] = options.format;
  object["amplitudes"] = read.circuit.encoded_amplitudes();
  object["gate_list"] = gates(read.circuit);
  const auto width = static_cast<std::size_t>(options.width);
  if (options.format == "svg") {
    deliver(quantum_sim::draw_svg(read.circuit, width == 0 ? 1200 : width, read.qubit_names), options.output, object);
  } else if (options.format == "qasm") {
    deliver(quantum_sim::export_openqasm3(read.circuit), options.output, object);
  } else if (options.format == "json") {
    deliver(object.dump(2) + "\n", options.output, object);
  } else {
    deliver(quantum_sim::draw_text(read.circuit, width == 0 ? 120 : width, read.qubit_names), options.output, object);
  }
  return object;
}

}  // namespace

void add_circuit_draw(CLI::App& circuit, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(circuit, chosen, "draw", "Draw a circuit as text or SVG",
                                     "tacit circuit draw circuit.qasm --format svg --output circuit.svg");
  add_circuit_options(*command, options->circuit);
  command->add_option("--format", options->format, "text, svg, json, or qasm (OpenQASM 3)")
      ->check(CLI::IsMember({"text", "svg", "json", "qasm"}))
      ->capture_default_str();
  command->add_option("--width", options->width, "Where it is wrapped [120 characters, 1200 pixels]")
      ->check(whole_number(20, 100'000));
  command->add_option("--output", options->output, "File (default: standard output)");
  command->callback([options, &chosen] { chosen.action = [options] { return draw(*options); }; });
}

}  // namespace tacit::cli
