#include <fmt/format.h>

#include "cli/circuit_lie_svg.h"
#include "cli/circuit_source.h"
#include "cli/circuit_verbs.h"
#include "cli/counted.h"
#include "cli/whole_number.h"
#include "quantum_sim/analysis/lie/lie_algebra.h"

namespace tacit::cli {
namespace {

struct Options {
  CircuitOptions circuit;
  std::string format = "text", output;
  bool with_inputs = false, without_fixed = false;
  std::int64_t most_basis_elements = 20, max_dimension = 1'000'000;
};

std::string text_of(const ReadCircuit& read, const quantum_sim::LieSummary& summary) {
  std::string text = heading(read, {counted(summary.generators.size(), "generator")});
  if (summary.generators.empty()) return text + "\nno rotation generates: the dynamical Lie algebra is 0\n";
  text += fmt::format("\ndynamical Lie algebra\n  {:<16}{}\n  {:<16}{}\n  {:<16}{}\n", "dimension", summary.dimension,
                      "structure", summary.structure, "centre", summary.centre_dimension);
  const bool is_short = summary.seconds < 1;
  text += fmt::format("  {:<16}{:.2g} {}\n", "time", is_short ? summary.seconds * 1e3 : summary.seconds,
                      is_short ? "ms" : "s");
  const auto list = [&](const char* title, const std::vector<std::string>& elements, std::size_t of) {
    text += fmt::format("\n{} ({}{})\n", title, elements.size() < of ? fmt::format("{} of ", elements.size()) : "", of);
    for (const std::string& element : elements) text += "  " + element + "\n";
  };
  std::vector<std::string> generators = summary.generators;
  generators.resize(std::min<std::size_t>(generators.size(), 20));
  list("generators", generators, summary.generators.size());
  list("basis", summary.basis, summary.dimension);
  return text;
}

nlohmann::ordered_json object_of(const ReadCircuit& read, const quantum_sim::LieSummary& summary) {
  nlohmann::ordered_json object = describe(read), ideals = nlohmann::ordered_json::array();
  for (const auto& ideal : summary.ideals)
    ideals.push_back({{"name", ideal.name}, {"dimension", ideal.dimension}, {"copies", ideal.copies}});
  object["dimension"] = summary.dimension;
  object["centre_dimension"] = summary.centre_dimension;
  object["structure"] = summary.structure;
  object["is_spanned_by_strings"] = summary.is_spanned_by_strings;
  object["ideals"] = ideals;
  object["generators"] = summary.generators;
  object["basis"] = summary.basis;
  object["seconds"] = summary.seconds;
  return object;
}

nlohmann::ordered_json lie(const Options& options) {
  ReadCircuit read = read_for_analysis(options.circuit);
  if (read.circuit.inputs() > 0 && !options.with_inputs)
    read.notes.push_back("rotations by inputs do not generate; with --with-inputs they do");
  const quantum_sim::GeneratorSources sources{true, options.with_inputs, !options.without_fixed};
  quantum_sim::LieLimits limits;
  limits.max_dimension = static_cast<std::size_t>(options.max_dimension);
  const quantum_sim::LieAlgebra algebra = quantum_sim::dynamical_lie_algebra(read.circuit, sources, limits);
  const quantum_sim::LieSummary summary =
      quantum_sim::summarise(algebra, static_cast<std::size_t>(options.most_basis_elements));
  nlohmann::ordered_json object = object_of(read, summary);
  deliver(options.format == "json"  ? object.dump(2) + "\n"
          : options.format == "svg" ? lie_svg(algebra)
                                    : text_of(read, summary),
          options.output, object);
  return object;
}

}  // namespace

void add_circuit_lie(CLI::App& circuit, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(circuit, chosen, "lie", "The dynamical Lie algebra of a circuit",
                                     "tacit circuit lie --qubits 4 --encoding none --basis 100");
  add_circuit_options(*command, options->circuit);
  command->add_flag("--with-inputs", options->with_inputs, "Rotations by inputs generate, too");
  command->add_flag("--without-fixed", options->without_fixed, "Rotations by constants do not")->group("");
  command->add_option("--basis", options->most_basis_elements, "Elements of the basis to show")
      ->check(whole_number(0, 1'000'000))
      ->capture_default_str();
  command->add_option("--max-dimension", options->max_dimension, "Where the search ends")
      ->check(whole_number(1, 100'000'000))
      ->group("");
  command->add_option("--format", options->format, "text, svg or json")
      ->check(CLI::IsMember({"text", "svg", "json"}))
      ->capture_default_str();
  command->add_option("--output", options->output, "File (default: standard output)");
  command->callback([options, &chosen] { chosen.action = [options] { return lie(*options); }; });
}

}  // namespace tacit::cli
