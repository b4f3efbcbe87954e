#pragma once

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// The label of a single example under cross-entropy (Zhao, Mopuri and Bilen, "iDLG", arXiv 2001.02610, Sec. 3). The
/// gradient of the logits is softmax - one-hot: negative at the label, positive elsewhere. With a bias its gradient is
/// just that. Without one, each row of the last weight gradient is that number times the layer's input h; then the
/// label is the row that points against all others, found as the least sum of inner products with them, whatever the
/// signs of h. (The argmin of the row sums, as in the paper's code, needs sum(h) > 0.)
class Idlg final : public LabelRule {
 public:
  static std::unique_ptr<const LabelRule> make(ConfigTable) { return std::make_unique<const Idlg>(); }
  LabelGuess guess(const LabelEvidence& evidence) const override;
};

}  // namespace tacit::attacks
