#include "simulation/model_words.h"

namespace tacit::simulation {
namespace {

std::string layer_in_words(ConfigTable layer) {
  std::string words = layer.string("type");
  for (const char* key : {"outputs", "channels", "qubits", "layers"}) {
    if (!layer.has(key)) continue;
    const std::string number = std::to_string(layer.integer(key, {}));
    const bool is_size = std::string_view(key) == "outputs" || std::string_view(key) == "channels";
    words += is_size ? " " + number : " " + number + " " + key;
  }
  return words;
}

std::string observer_in_words(attacks::Observer observer) {
  switch (observer) {
    case attacks::Observer::honest_but_curious_coordinator:
      return "A coordinator that follows the protocol, keeps every message it receives, and tries to reconstruct the "
             "clients' examples.";
    case attacks::Observer::malicious_coordinator:
      return "A coordinator that keeps every message it receives and departs from the protocol: it sends models made "
             "to give the clients' examples away.";
    case attacks::Observer::eavesdropper:
      return "Somebody who reads the connection between one client and the coordinator, without its TLS, and tries to "
             "reconstruct that client's examples.";
    case attacks::Observer::malicious_client:
      return "Another client of the run, who sees the global model of every round and sends updates of its own making.";
    case attacks::Observer::member:
      return "Another member of the run, who sees the global model of every round but nobody's update.";
  }
  return "";
}

}  // namespace

std::string model_in_words(ConfigTable section) {
  if (section.has("preset")) return section.string("preset");
  std::string words;
  for (ConfigTable& layer : section.tables("layers")) words += (words.empty() ? "" : ", ") + layer_in_words(layer);
  return words;
}

attacks::report::ThreatModel threat_model_in_words(const attacks::ThreatModel& threat_model) {
  attacks::report::ThreatModel result;
  result.description = observer_in_words(threat_model.observer);
  result.observer = to_string(threat_model.observer);
  result.observes = to_string(threat_model.observes);
  result.malicious = threat_model.is_malicious();
  for (const auto& [name, value] : threat_model.rows())
    if (name != "observer")
      result.knowledge.push_back({name, value != "unknown" && value != "not seen" && value != "nothing", value});
  return result;
}

}  // namespace tacit::simulation
