#pragma once

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// Optimises soft labels together with the inputs (Zhu et al., arXiv 1906.08935, Alg. 1).
class Joint final : public LabelRule {
 public:
  static std::unique_ptr<const LabelRule> make(ConfigTable) { return std::make_unique<const Joint>(); }
  LabelGuess guess(const LabelEvidence&) const override { return {true, {}}; }
};

}  // namespace tacit::attacks
