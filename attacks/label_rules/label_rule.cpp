#include "attacks/label_rules/label_rule.h"

#include "attacks/label_rules/bias_corrected.h"
#include "attacks/label_rules/counts.h"
#include "attacks/label_rules/idlg.h"
#include "attacks/label_rules/joint.h"
#include "attacks/label_rules/known.h"
#include "attacks/label_rules/negative_bias.h"
#include "attacks/label_rules/try_all.h"
#include "attacks/label_rules/wainakh.h"
#include "attacks/label_rules/yin.h"
#include "attacks/registry.h"

namespace tacit::attacks {

std::unique_ptr<const LabelRule> make_label_rule(ConfigTable section) {
  static constexpr RegistryEntry<LabelRule> table[] = {
      {"known", &Known::make},
      {"joint", &Joint::make},
      {"idlg", &Idlg::make},
      {"negative_bias", &NegativeBias::make},
      {"bias_corrected", &BiasCorrected::make},
      {"wainakh", &Wainakh::make},
      {"yin", &Yin::make},
      {"counts", &Counts::make},
      {"try_all", &TryAll::make},
  };
  return make_part(table, section);
}

}  // namespace tacit::attacks
