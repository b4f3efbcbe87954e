#include <fmt/core.h>

#include <numbers>

#include "models/presets/text.h"

namespace tacit::models::presets {

namespace {

/// All digits of it, as TOML reads them.
std::string number(double value) {
  return fmt::format("{:.17e}", value);
}

/// Depth of a circuit, and what its features are multiplied by.
struct Circuit {
  std::int64_t layers, reuploads;
  double input_scale;

  static Circuit from_config(ConfigTable& section, std::int64_t reuploads, double input_scale) {
    return {section.integer("circuit_layers", {1, 10'000}, 2), section.integer("reuploads", {1, 1000}, reuploads),
            section.number("input_scale", {-1e6, 1e6}, input_scale)};
  }
  /// Angle encoding and strongly entangling layers.
  std::string on(std::int64_t qubits, const std::string& measured) const {
    return layer("quantum", fmt::format("qubits = {}\nencoding = \"angle\"\nencoding_axis = \"y\"\ninput_scale = {}\n"
                                        "ansatz = \"strongly_entangling\"\nlayers = {}\nreuploads = {}\n{}",
                                        qubits, number(input_scale), layers, reuploads, measured));
  }
};

/// A qubit for every feature.
std::int64_t qubits_of(const Request& request) {
  const std::size_t features = element_count(request.input_shape);
  if (features == 0 || features > 30)
    request.section.refuse("preset",
                           fmt::format("a qubit for each of {} features is asked for, expected 1 to 30 features "
                                       "([data] pca makes fewer)",
                                       features));
  return static_cast<std::int64_t>(features);
}

/// A linear layer to angles within plus and minus input_scale, a circuit of them, expectation values spread so that the
/// layer behind sees numbers of the size of one.
std::string circuit_of_angles(const Request& request, std::int64_t default_qubits) {
  const std::int64_t qubits = request.section.integer("qubits", {1, 30}, default_qubits);
  const Circuit circuit = Circuit::from_config(request.section, 1, 1.5);
  return linear(static_cast<std::size_t>(qubits)) + layer("tanh") +
         circuit.on(qubits, "output_scale = " + number(request.section.number("output_scale", {1e-6, 1e6}, 3.0)));
}

}  // namespace

std::string vqc_classifier(const Request& request) {
  const std::int64_t qubits = qubits_of(request);
  if (request.outputs > static_cast<std::size_t>(qubits))
    request.section.refuse("preset", fmt::format("{} classes or targets need as many qubits, the {} features give {}",
                                                 request.outputs, qubits, qubits));
  const Circuit circuit = Circuit::from_config(request.section, 2, std::numbers::pi);
  const double output_scale = request.section.number("output_scale", {1e-6, 1e6}, 4.0);
  return circuit.on(qubits, fmt::format("outputs = {}\noutput_scale = {}", request.outputs, number(output_scale)));
}

std::string vqc_regressor(const Request& request) {
  const std::int64_t qubits = qubits_of(request);
  const Circuit circuit = Circuit::from_config(request.section, 2, std::numbers::pi);
  const double output_scale = request.section.number("output_scale", {1e-6, 1e6}, 1.0);
  return circuit.on(qubits, fmt::format("observables = \"z_mean\"\noutput_scale = {}", number(output_scale)));
}

std::string hybrid(const Request& request) {
  return circuit_of_angles(request, 4) + linear(request.outputs);
}

std::string conv_hybrid(const Request& request) {
  const std::string pool = layer("max_pool", "kernel = 2");
  return convolution(8, 3, 1, 1) + layer("relu") + pool + convolution(16, 3, 1, 1) + layer("relu") + pool +
         circuit_of_angles(request, 8) + linear(request.outputs);
}

}  // namespace tacit::models::presets
