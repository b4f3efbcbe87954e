#pragma once

#include <string>

#include "attacks/report/report_data.h"
#include "attacks/threat_model.h"
#include "core/config.h"

namespace tacit::simulation {

/// A [model] section in words: "linear 32, tanh, linear 10".
std::string model_in_words(ConfigTable section);

/// A threat model as the report shows it.
attacks::report::ThreatModel threat_model_in_words(const attacks::ThreatModel& threat_model);

}  // namespace tacit::simulation
