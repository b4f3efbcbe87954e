#include "attacks/inference/membership_attack.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "attacks/inference/round_scores.h"
#include "core/config.h"
#include "core/error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

using Scores = std::vector<double>;

Scores negated(const Scores& losses) {
  Scores scores = losses;
  for (double& score : scores) score = -score;
  return scores;
}

Scores loss(const MembershipEvidence& evidence) {
  return negated(evidence.signals.last().losses);
}

Scores loss_drop(const MembershipEvidence& evidence) {
  Scores scores = evidence.signals.first().losses;
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] -= evidence.signals.last().losses[i];
  return scores;
}

Scores loss_trajectory(const MembershipEvidence& evidence) {
  const auto& models = evidence.signals.models;
  if (models.size() < 2) fail(ErrorKind::configuration, "a loss trajectory needs two models: one was seen");
  Scores scores(models.front().losses.size());
  for (std::size_t m = 1; m < models.size(); ++m)  // the first model knows no example yet
    for (std::size_t i = 0; i < scores.size(); ++i)
      scores[i] -= models[m].losses[i] / static_cast<double>(models.size() - 1);
  return scores;
}

/// How far the candidate's loss rose up to the second half of the rounds, when the climb has had its effect: least
/// where somebody trains it down again. The difference to the first model takes out how hard the candidate is.
Scores ascent(const MembershipEvidence& evidence) {
  if (!evidence.ascended)
    fail(ErrorKind::configuration, "it needs a run in which a malicious client climbs on the candidates (ascent)");
  const auto& models = evidence.signals.models;
  const std::size_t from = std::max<std::size_t>(1, models.size() / 2);
  if (models.size() < 2) fail(ErrorKind::configuration, "an ascent needs two models: one was seen");
  Scores scores = models.front().losses;
  for (std::size_t m = from; m < models.size(); ++m)
    for (std::size_t i = 0; i < scores.size(); ++i)
      scores[i] -= models[m].losses[i] / static_cast<double>(models.size() - from);
  return scores;
}

template <auto Attack, LiraVariance variance>
Scores lira(const MembershipEvidence& evidence) {
  return Attack(evidence.signals.last().confidences, evidence.shadows, variance);
}

Scores cosine(const MembershipEvidence& evidence) {
  return cosine_scores(evidence.signals);
}
Scores difference(const MembershipEvidence& evidence) {
  return difference_scores(evidence.signals);
}
Scores all_for_one(const MembershipEvidence& evidence) {
  return all_for_one_scores(evidence.signals);
}

Scores guess(const MembershipEvidence& evidence) {
  RandomStream stream({evidence.seed, Purpose::attack_baseline, 0, 0});
  Scores scores(evidence.signals.last().losses.size());
  for (double& score : scores) score = stream.uniform();
  return scores;
}

Scores untrained(const MembershipEvidence& evidence) {
  return negated(evidence.signals.first().losses);
}

constexpr const char* carlini = "Carlini et al. 2022, arXiv 2112.03570";
constexpr const char* li = "Li, Li and Ribeiro 2023, ICLR";

}  // namespace

const std::vector<MembershipAttack>& membership_attacks() {
  static const std::vector<MembershipAttack> all{
      {"loss", "Yeom et al. 2018, arXiv 1709.01604", "one threshold on the loss of the final model", false, false,
       loss},
      {"loss_drop", "Steinke et al. 2023, arXiv 2305.08846", "how far the loss fell from the first model to the last",
       false, false, loss_drop},
      {"loss_trajectory", "after Nasr et al. 2019, arXiv 1812.00910", "mean loss of the models of all rounds", false,
       false, loss_trajectory},
      {"lira_offline", carlini, "against models without the example, a deviation each", true, false,
       lira<lira_offline, LiraVariance::each>},
      {"lira_offline_fixed", carlini, "against models without the example, one deviation for all", true, false,
       lira<lira_offline, LiraVariance::fixed>},
      {"lira_online", carlini, "models with against models without the example, deviations each", true, false,
       lira<lira_online, LiraVariance::each>},
      {"lira_online_fixed", carlini, "models with against models without the example, one deviation a side", true,
       false, lira<lira_online, LiraVariance::fixed>},
      {"cosine", li, "cosine of the example's gradient with the updates of a client", false, false, cosine},
      {"gradient_difference", li, "how much shorter a client's update is without the example's gradient", false, false,
       difference},
      {"all_for_one", "after Zhu et al. 2025, FedMIA, arXiv 2402.06289",
       "the cosine of one client against those of the others", false, false, all_for_one},
      {"ascent", "Nasr et al. 2019, arXiv 1812.00910, active",
       "how little the loss rose while a malicious client climbed on the candidates", false, false, ascent},
      {"random", "", "a guesser", false, true, guess},
      {"untrained", "", "the loss of the first model, which has seen no data", false, true, untrained},
  };
  return all;
}

const MembershipAttack& membership_attack(std::string_view name) {
  std::vector<std::string> names;
  for (const MembershipAttack& attack : membership_attacks()) {
    if (attack.name == name) return attack;
    names.emplace_back(attack.name);
  }
  const std::string near = nearest_word(name, names);
  fail(ErrorKind::usage, "there is no membership attack '{}'{}; there are: {}", name,
       near.empty() ? "" : " (did you mean '" + near + "'?)", fmt::join(names, ", "));
}

}  // namespace tacit::attacks
