#pragma once

#include "cli/command.h"

namespace tacit::cli {

// One file each.
void add_model_summary(CLI::App& model, Chosen& chosen);
void add_model_export(CLI::App& model, Chosen& chosen);

}  // namespace tacit::cli
