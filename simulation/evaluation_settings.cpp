#include "simulation/evaluation_settings.h"

#include <fmt/core.h>

namespace tacit::simulation {
namespace {

ClientPart named(const std::string& name) {
  for (const ClientPart part : {ClientPart::train, ClientPart::validation, ClientPart::test})
    if (name == to_string(part)) return part;
  return ClientPart::none;
}

/// A part that nobody holds is a mistake, not an evaluation of nothing.
void require_part(const ConfigTable& section, const char* key, ClientPart part,
                  const datasets::ClientFractions& fractions, HeldOutAlready already) {
  if ((part == ClientPart::test && fractions.test == 0 && !already.test) ||
      (part == ClientPart::validation && fractions.validation == 0 && !already.validation))
    section.refuse(key, fmt::format("clients have no {0} part; client_{0}_fraction gives them one", to_string(part)));
}

}  // namespace

const char* to_string(ClientPart part) {
  switch (part) {
    case ClientPart::train:
      return "train";
    case ClientPart::validation:
      return "validation";
    case ClientPart::test:
      return "test";
    case ClientPart::none:
      break;
  }
  return "none";
}

EvaluationSettings EvaluationSettings::from_config(ConfigTable section, HeldOutAlready already) {
  EvaluationSettings settings;
  settings.rounds_on_validation = section.choice("rounds_on", {"test", "validation"}, "test") == "validation";
  settings.fractions.validation = section.number("client_validation_fraction", {0, 0.9}, 0.0);
  settings.fractions.test = section.number("client_test_fraction", {0, 0.9}, 0.0);
  if (settings.fractions.validation + settings.fractions.test > 0.9)
    section.refuse("client_test_fraction",
                   fmt::format("{:g} and a client_validation_fraction of {:g} leave less than a "
                               "tenth of a client's examples for training",
                               settings.fractions.test, settings.fractions.validation));
  const std::string usual = settings.fractions.test > 0 ? "test" : "train";
  settings.clients_on = named(section.choice("clients_on", {"test", "validation", "train", "none"}, usual));
  settings.report = named(section.choice("report", {"none", "validation", "test"}, "none"));
  require_part(section, "clients_on", settings.clients_on, settings.fractions, already);
  require_part(section, "report", settings.report, settings.fractions, already);
  section.finish();
  return settings;
}

const datasets::Dataset& part_of(const datasets::ClientParts& parts, ClientPart part) {
  static const datasets::Dataset nothing;
  switch (part) {
    case ClientPart::train:
      return parts.train;
    case ClientPart::validation:
      return parts.validation;
    case ClientPart::test:
      return parts.test;
    case ClientPart::none:
      break;
  }
  return nothing;
}

}  // namespace tacit::simulation
