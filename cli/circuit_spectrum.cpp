#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "cli/circuit_source.h"
#include "cli/circuit_spectrum_svg.h"
#include "cli/circuit_verbs.h"
#include "cli/counted.h"
#include "cli/whole_number.h"
#include "core/error.h"
#include "core/random.h"
#include "quantum_sim/analysis/spectrum.h"

namespace tacit::cli {
namespace {

namespace analysis = quantum_sim::analysis;

/// Of outputs around one, in double precision.
constexpr double negligible = 1e-13;

struct Options {
  CircuitOptions circuit;
  std::string format = "text", output;
  std::int64_t seed = 1, most_terms = 12;
  std::vector<double> parameters, inputs;
  bool without_coefficients = false;
};

const char* variable_name(analysis::Variable variable) {
  switch (variable) {
    case analysis::Variable::none:
      return "none";
    case analysis::Variable::identity:
      return "x";
    case analysis::Variable::arccos:
      return "arccos x";
    case analysis::Variable::not_fourier:
      return "not_fourier";
  }
  return "";
}

const char* method_name(analysis::CoefficientMethod method) {
  return method == analysis::CoefficientMethod::fft             ? "fft"
         : method == analysis::CoefficientMethod::least_squares ? "least_squares"
                                                                : "none";
}

/// Given, or uniform in [-pi, pi).
std::vector<double> parameters_of(const Options& options, const quantum_sim::Circuit& circuit) {
  if (!options.parameters.empty()) {
    if (options.parameters.size() != circuit.parameters())
      fail(ErrorKind::usage, "--parameters: the circuit has {} parameters, {} values are given", circuit.parameters(),
           options.parameters.size());
    return options.parameters;
  }
  RandomStream stream({static_cast<std::uint64_t>(options.seed), Purpose::model_initialization, 0, 0});
  std::vector<double> values(circuit.parameters());
  for (double& value : values) value = stream.uniform(-std::numbers::pi, std::numbers::pi);
  return values;
}

/// A bound, of which the logarithm is known: "4", "10^12.3".
std::string power_text(double log10) {
  return log10 < 6 ? fmt::format("{:.0f}", std::pow(10, log10)) : fmt::format("10^{:.1f}", log10);
}

std::string feature_text(const analysis::FeatureSpectrum& feature, std::size_t most_terms) {
  std::string text = fmt::format("  x_{:<4}", feature.input);
  if (feature.variable == analysis::Variable::none) return text + "no influence\n";
  if (feature.variable == analysis::Variable::not_fourier) return text + "no Fourier series: " + feature.reason + "\n";
  const auto& set = feature.frequencies;
  text += fmt::format("in {}: {}, {} frequencies up to {:.6g}", variable_name(feature.variable),
                      counted(feature.rotations, "rotation"), set.listed ? std::to_string(set.count()) : "too many",
                      set.maximum);
  if (set.commensurable)
    text += fmt::format(", multiples of {:.6g}, degree {}, determined by {} samples", set.base, set.degree,
                        set.nyquist_samples());
  text += fmt::format("; squared error degree {}\n", feature.squared_error.degree);
  std::size_t shown = 0;
  for (const auto& term : feature.series.terms) {
    if (shown++ == most_terms) return text + fmt::format("        ... {} in all\n", feature.series.terms.size());
    const double magnitude = std::abs(term.coefficient);
    text += fmt::format("        w = {:<10.6g} ", term.frequency);
    // A phase of rounding errors says nothing.
    text += magnitude < negligible ? "|c| = 0\n"
                                   : fmt::format("|c| = {:<12.6g} arg {:.4g}\n", magnitude, std::arg(term.coefficient));
  }
  return text;
}

std::string text_of(const ReadCircuit& read, const analysis::Spectrum& spectrum, std::size_t most_terms) {
  const nlohmann::ordered_json about = describe(read);
  std::string text =
      heading(read, {counted(read.circuit.parameters(), "parameter"), counted(read.circuit.inputs(), "input")});
  for (const auto& output : spectrum.outputs) {
    text += fmt::format("\noutput {}: {}\n", output.output, about["observables"][output.output].get<std::string>());
    for (const auto& feature : output.features) text += feature_text(feature, most_terms);
    if (output.features.empty()) {
      text += "  a constant: the circuit has no inputs\n";
      continue;
    }
    if (output.joint_count > 0)
      text += fmt::format("  together {}{}\n", counted(output.joint_count, "frequency vector"),
                          output.separable ? "" : " (not separable)");
    const auto& bounds = output.inversion;
    if (bounds.finite && bounds.unknowns > 0)
      text += fmt::format("  inverting gradients: {}, at most {} solutions (Bezout bound {}), {} samples\n",
                          counted(bounds.unknowns, "unknown"), power_text(bounds.log10_laurent),
                          power_text(bounds.log10_bezout), power_text(bounds.log10_nyquist));
  }
  return text;
}

/// JSON has no infinity.
nlohmann::ordered_json finite(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json set_object(const quantum_sim::FrequencySet& set) {
  nlohmann::ordered_json object{{"commensurable", set.commensurable},
                                {"base", set.base},
                                {"maximum", set.maximum},
                                {"degree", set.degree},
                                {"listed", set.listed},
                                {"count", set.count()},
                                {"nyquist_samples", set.nyquist_samples()}};
  return object;
}

nlohmann::ordered_json feature_object(const analysis::FeatureSpectrum& feature) {
  nlohmann::ordered_json terms = nlohmann::ordered_json::array();
  for (const auto& term : feature.series.terms)
    terms.push_back(
        {{"frequency", term.frequency}, {"real", term.coefficient.real()}, {"imaginary", term.coefficient.imag()}});
  nlohmann::ordered_json object{{"input", feature.input},
                                {"variable", variable_name(feature.variable)},
                                {"rotations", feature.rotations},
                                {"frequencies", set_object(feature.frequencies)},
                                {"squared_error", set_object(feature.squared_error)},
                                {"method", method_name(feature.series.method)},
                                {"samples", feature.series.samples},
                                {"condition", finite(feature.series.condition)},
                                {"residual", finite(feature.series.residual)},
                                {"coefficients", terms}};
  object["frequencies"]["values"] = feature.frequencies.frequencies;
  if (!feature.reason.empty()) object["reason"] = feature.reason;
  if (!feature.chebyshev_cosine.empty()) object["chebyshev_cosine"] = feature.chebyshev_cosine;
  if (!feature.chebyshev_sine.empty()) object["chebyshev_sine"] = feature.chebyshev_sine;
  return object;
}

nlohmann::ordered_json object_of(const ReadCircuit& read, const analysis::Spectrum& spectrum,
                                 const std::vector<double>& parameters) {
  nlohmann::ordered_json object = describe(read), outputs = nlohmann::ordered_json::array();
  for (const auto& output : spectrum.outputs) {
    nlohmann::ordered_json features = nlohmann::ordered_json::array();
    for (const auto& feature : output.features) features.push_back(feature_object(feature));
    outputs.push_back({{"output", output.output},
                       {"separable", output.separable},
                       {"joint_count", output.joint_count},
                       {"features", features},
                       {"inversion",
                        {{"unknowns", output.inversion.unknowns},
                         {"finite", output.inversion.finite},
                         {"log10_bezout", finite(output.inversion.log10_bezout)},
                         {"log10_laurent", finite(output.inversion.log10_laurent)},
                         {"log10_nyquist", finite(output.inversion.log10_nyquist)}}}});
  }
  object["parameter_values"] = parameters;
  object["outputs"] = outputs;
  return object;
}

nlohmann::ordered_json spectrum(const Options& options) {
  const ReadCircuit read = read_for_analysis(options.circuit);
  const std::vector<double> parameters = parameters_of(options, read.circuit);
  analysis::SpectrumOptions settings;
  settings.inputs = options.inputs;
  settings.coefficients = !options.without_coefficients;
  const analysis::Spectrum found = analysis::spectrum(read.circuit, read.observables, parameters, settings);
  nlohmann::ordered_json object = object_of(read, found, parameters);
  const std::string content = options.format == "json" ? object.dump(2) + "\n"
                              : options.format == "svg"
                                  ? spectrum_svg(found)
                                  : text_of(read, found, static_cast<std::size_t>(options.most_terms));
  deliver(content, options.output, object);
  return object;
}

}  // namespace

void add_circuit_spectrum(CLI::App& circuit, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(circuit, chosen, "spectrum", "The Fourier spectrum of a circuit's outputs",
                                     "tacit circuit spectrum --qubits 3 --layers 2 --format svg --output spectrum.svg");
  add_circuit_options(*command, options->circuit);
  command->add_option("--parameters", options->parameters, "Values of theta")->group("");
  command->add_option("--seed", options->seed, "Draws theta from [-pi, pi) (or --parameters V ...)")
      ->check(whole_number(0))
      ->capture_default_str();
  command->add_option("--inputs", options->inputs, "Where the other inputs stand [0]")->group("");
  command->add_flag("--no-coefficients", options->without_coefficients, "Frequencies only")->group("");
  command->add_option("--terms", options->most_terms, "Coefficients to show an input")
      ->check(whole_number(0, 1'000'000))
      ->group("");
  command->add_option("--format", options->format, "text, svg or json")
      ->check(CLI::IsMember({"text", "svg", "json"}))
      ->capture_default_str();
  command->add_option("--output", options->output, "File (default: standard output)");
  command->callback([options, &chosen] { chosen.action = [options] { return spectrum(*options); }; });
}

}  // namespace tacit::cli
