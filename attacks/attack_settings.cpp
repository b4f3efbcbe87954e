#include "attacks/attack_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"

namespace tacit::attacks {
namespace {

MatchingSettings matching_from(ConfigTable file) {
  MatchingSettings settings;
  settings.objective = make_objective(file.table("objective"));
  settings.solver = make_solver(file.table("solver"));
  settings.initialiser = make_initialiser(file.table("initialiser"));
  settings.label_rule = make_label_rule(file.table("labels"));
  for (const ConfigTable& section : file.tables("priors")) settings.priors.push_back(make_prior(section));
  settings.restarts = static_cast<std::size_t>(file.integer("restarts", {1, 1'000'000}, 1));
  settings.project = file.boolean("project", false);
  settings.seconds = file.number("seconds", {0, 1e9}, 0.0);
  return settings;
}

AlgebraicOptions algebraic_from(ConfigTable file) {
  AlgebraicOptions options;
  options.tolerance = file.number("tolerance", {1e-15, 1}, options.tolerance);
  options.max_degree = static_cast<std::size_t>(file.integer("max_degree", {1, 2000}, 400));
  return options;
}

AttackSettings::Method method_from(ConfigTable file) {
  using enum AttackSettings::Method;
  const std::string method = file.choice("method", {"algebraic", "analytic_linear", "imprint", "gradient_matching"});
  if (method == "algebraic") return algebraic;
  if (method == "analytic_linear") return analytic_linear;
  return method == "imprint" ? imprint : gradient_matching;
}

}  // namespace

AttackSettings AttackSettings::from_config(ConfigTable file, std::string default_name) {
  AttackSettings settings;
  settings.name = default_name.empty() ? file.string("name") : file.string("name", std::move(default_name));
  settings.paper = file.string("paper", "");
  settings.method = method_from(file);
  settings.reconstruct_examples = static_cast<std::size_t>(file.integer("reconstruct_examples", {0, 1'000'000}, 0));
  if (settings.method == Method::gradient_matching) settings.matching = matching_from(file);
  if (settings.method == Method::algebraic) settings.algebraic = algebraic_from(file);
  file.finish();
  return settings;
}

AttackSettings AttackSettings::from_file(const std::filesystem::path& file) {
  return from_config(ConfigTable::parse_file(file), file.stem().string());
}

AttackSettings AttackSettings::from_catalog(const std::string& name) {
  const std::vector<std::string> names = catalog_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    const std::string near = nearest_word(name, names);
    fail(ErrorKind::usage, "the catalog has no attack '{}'{}; it has: {}", name,
         near.empty() ? "" : " (did you mean '" + near + "'?)", fmt::join(names, ", "));
  }
  return from_file(share_folder() / "catalog" / (name + ".toml"));
}

std::vector<std::string> catalog_names() {
  const std::filesystem::path folder = share_folder() / "catalog";
  std::error_code error;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  if (error) fail(ErrorKind::io, "cannot read the attack catalog {}: {}", folder.string(), error.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tacit::attacks
