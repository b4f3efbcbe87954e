#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "attacks/algebraic/one_feature_inversion.h"
#include "attacks/initialisers/initialiser.h"
#include "attacks/label_rules/label_rule.h"
#include "attacks/objectives/objective.h"
#include "attacks/priors/prior.h"
#include "attacks/solvers/solver.h"
#include "core/config.h"

namespace tacit::attacks {

/// The parts of a gradient-matching attack.
struct MatchingSettings {
  std::shared_ptr<const Objective> objective;
  std::shared_ptr<const Solver> solver;
  std::shared_ptr<const Initialiser> initialiser;
  std::shared_ptr<const LabelRule> label_rule;
  std::vector<std::shared_ptr<const Prior>> priors;
  std::size_t restarts = 1;  ///< starting points; the best gradient-match score wins
  bool project = false;      ///< keep inputs inside the feature bounds (angles stay free)
  double seconds = 0;  ///< wall time after which runs stop where they are; 0: no limit. Makes results depend on speed
};

/// An attack as a settings file over registered parts.
///
///   name = "dlg"                      # default: the file's name without .toml
///   paper = "Zhu et al., NeurIPS 2019, arXiv 1906.08935"
///   method = "gradient_matching"      # or "analytic_linear" or "imprint", without keys below reconstruct_examples, or
///                                     # "algebraic", which has tolerance = 1e-6 and max_degree = 400 instead
///   reconstruct_examples = 0          # 0: as many as the update was made of
///   restarts = 4
///   project = false
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
  enum class Method { algebraic, analytic_linear, imprint, gradient_matching };
  std::string name;
  std::string paper;
  Method method = Method::gradient_matching;
  std::size_t reconstruct_examples = 0;
  MatchingSettings matching;   ///< of gradient_matching only
  AlgebraicOptions algebraic;  ///< of algebraic only; without bounds, which the threat model gives

  /// Reads and finishes the whole table. Error(configuration) names file, line and key.
  static AttackSettings from_config(ConfigTable file, std::string default_name = "");
  static AttackSettings from_file(const std::filesystem::path& file);
  /// A settings file of the catalog, by its name without .toml. Error(usage) lists what there is.
  static AttackSettings from_catalog(const std::string& name);
};

/// Names of the settings files in share_folder()/catalog, sorted.
std::vector<std::string> catalog_names();

}  // namespace tacit::attacks
