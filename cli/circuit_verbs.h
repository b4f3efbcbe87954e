#pragma once

#include "cli/command.h"

namespace tacit::cli {

// One file each.
void add_circuit_draw(CLI::App& circuit, Chosen& chosen);
void add_circuit_explain(CLI::App& circuit, Chosen& chosen);
void add_circuit_spectrum(CLI::App& circuit, Chosen& chosen);
void add_circuit_lie(CLI::App& circuit, Chosen& chosen);

}  // namespace tacit::cli
