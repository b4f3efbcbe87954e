#include "cli/circuit_verbs.h"

namespace tacit::cli {

void add_circuit(CLI::App& app, Chosen& chosen) {
  CLI::App* circuit = app.add_subcommand("circuit", "Draw a circuit and say what it is made of");
  circuit->require_subcommand(1);
  circuit->footer(
      "Example:\n  tacit circuit draw --qubits 4 --layers 2\n"
      "  tacit circuit explain circuit.qasm --observable 'Z0 Z1' --batch 256");
  add_circuit_draw(*circuit, chosen);
  add_circuit_explain(*circuit, chosen);
  add_circuit_spectrum(*circuit, chosen);
  add_circuit_lie(*circuit, chosen);
}

}  // namespace tacit::cli
