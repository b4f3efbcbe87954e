#include "attacks/priors/prior.h"

#include "attacks/priors/batch_statistics.h"
#include "attacks/priors/box.h"
#include "attacks/priors/generalised_variation.h"
#include "attacks/priors/last_features.h"
#include "attacks/priors/no_prior.h"
#include "attacks/priors/norm.h"
#include "attacks/priors/total_variation.h"
#include "attacks/registry.h"

namespace tacit::attacks {

std::unique_ptr<const Prior> make_prior(ConfigTable section) {
  static constexpr RegistryEntry<Prior> table[] = {
      {"none", &NoPrior::make},
      {"total_variation", &TotalVariation::make},
      {"generalised_variation", &GeneralisedVariation::make},
      {"norm", &Norm::make},
      {"box", &Box::make},
      {"batch_statistics", &BatchStatisticsMatch::make},
      {"last_features", &LastFeatures::make},
  };
  return make_part(table, section);
}

}  // namespace tacit::attacks
