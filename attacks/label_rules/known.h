#pragma once

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// Takes the labels that the threat model grants.
class Known final : public LabelRule {
 public:
  static std::unique_ptr<const LabelRule> make(ConfigTable) { return std::make_unique<const Known>(); }
  std::vector<Need> needs() const override { return {Need::labels}; }
  LabelGuess guess(const LabelEvidence& evidence) const override;
};

}  // namespace tacit::attacks
