#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "attacks/methods/method.h"
#include "core/config.h"

namespace tacit::attacks {

/// An attack as a settings file over registered parts.
///
///   name = "dlg"                      # default: the file's name without .toml
///   paper = "Zhu et al., NeurIPS 2019, arXiv 1906.08935"
///   method = "gradient_matching"      # methods/method.h; the keys below reconstruct_examples are its own
///   reconstruct_examples = 0          # 0: as many as the update was made of
///   restarts = 4
///   project = false
///   rounds = "last"                   # or "all"
///   precision = "double"              # or "float": the model's passes and the objective
///   seconds = 0
///   [objective]                       # objectives/objective.h
///   name = "euclidean"
///   [solver]                          # solvers/solver.h
///   name = "lbfgs"
///   iterations = 300
///   [initialiser]                     # initialisers/initialiser.h
///   name = "normal"
///   [labels]                          # label_rules/label_rule.h
///   name = "joint"
///   [[priors]]                        # priors/prior.h; may be absent
///   name = "total_variation"
///   weight = 1e-4
struct AttackSettings {
  std::string name;
  std::string paper;
  std::size_t reconstruct_examples = 0;
  std::shared_ptr<const Method> method;

  /// Reads and finishes the whole table. Error(configuration) names file, line and key.
  static AttackSettings from_config(ConfigTable file, std::string default_name = "");
  static AttackSettings from_file(const std::filesystem::path& file);
  /// A settings file of the catalog, by its name without .toml. Error(usage) lists what there is.
  static AttackSettings from_catalog(const std::string& name);
};

/// Names of the settings files in share_folder()/catalog, sorted.
std::vector<std::string> catalog_names();

}  // namespace tacit::attacks
