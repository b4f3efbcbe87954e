#include "attacks/inference/round_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/error.h"

namespace tacit::attacks {
namespace {

using Scores = std::vector<double>;
constexpr double least_deviation = 1e-12;

void require_alignments(const RunSignals& signals) {
  if (signals.alignments.empty()) fail(ErrorKind::configuration, "{}", signals.alignments_refused);
}

/// The evidence of one client so far.
struct Evidence {
  Scores sums;
  std::size_t rounds = 0;

  void add(const Scores& scores) {
    sums.resize(scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i) sums[i] += scores[i];
    ++rounds;
  }
};

Scores largest_mean(const std::map<std::string, Evidence>& clients) {
  Scores largest;
  for (const auto& [name, evidence] : clients) {
    largest.resize(evidence.sums.size(), -std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < largest.size(); ++i)
      largest[i] = std::max(largest[i], evidence.sums[i] / static_cast<double>(evidence.rounds));
  }
  return largest;
}

/// The cosines of one round: of its clients, and the deviation of one client's cosine from the mean of the others.
struct Round {
  std::vector<const Scores*> cosines;
  std::vector<const std::string*> clients;
};

Scores others_mean(const Round& round, std::size_t client) {
  Scores mean(round.cosines[client]->size());
  for (std::size_t other = 0; other < round.cosines.size(); ++other)
    for (std::size_t i = 0; i < mean.size() && other != client; ++i) mean[i] += (*round.cosines[other])[i];
  for (double& value : mean) value /= static_cast<double>(round.cosines.size() - 1);
  return mean;
}

/// Of the other clients' cosines around their own mean, pooled over candidates.
double others_deviation(const Round& round, std::size_t client, const Scores& mean) {
  double squares = 0;
  for (std::size_t other = 0; other < round.cosines.size(); ++other)
    for (std::size_t i = 0; i < mean.size() && other != client; ++i) {
      const double distance = (*round.cosines[other])[i] - mean[i];
      squares += distance * distance;
    }
  const double freedom = static_cast<double>((round.cosines.size() - 2) * mean.size());
  return std::max(std::sqrt(squares / freedom), least_deviation);
}

}  // namespace

Scores cosine_scores(const RunSignals& signals) {
  require_alignments(signals);
  std::map<std::string, Evidence> clients;
  for (std::size_t u = 0; u < signals.alignments.size(); ++u)
    clients[signals.clients[u]].add(signals.alignments[u].cosines);
  return largest_mean(clients);
}

Scores difference_scores(const RunSignals& signals) {
  require_alignments(signals);
  std::map<std::string, Evidence> clients;
  for (std::size_t u = 0; u < signals.alignments.size(); ++u) {
    const UpdateAlignment& alignment = signals.alignments[u];
    if (alignment.differences.empty()) fail(ErrorKind::configuration, "{}", alignment.differences_refused);
    clients[signals.clients[u]].add(alignment.differences);
  }
  return largest_mean(clients);
}

Scores all_for_one_scores(const RunSignals& signals) {
  require_alignments(signals);
  std::map<std::uint32_t, Round> rounds;
  for (std::size_t u = 0; u < signals.alignments.size(); ++u) {
    rounds[signals.rounds[u]].cosines.push_back(&signals.alignments[u].cosines);
    rounds[signals.rounds[u]].clients.push_back(&signals.clients[u]);
  }
  std::map<std::string, Evidence> clients;
  for (const auto& [number, round] : rounds) {
    if (round.cosines.size() < 3) continue;
    for (std::size_t client = 0; client < round.cosines.size(); ++client) {
      const Scores mean = others_mean(round, client);
      const double deviation = others_deviation(round, client, mean);
      Scores standardised(mean.size());
      for (std::size_t i = 0; i < mean.size(); ++i)
        standardised[i] = ((*round.cosines[client])[i] - mean[i]) / deviation;
      clients[*round.clients[client]].add(standardised);
    }
  }
  if (clients.empty())
    fail(ErrorKind::configuration, "no round has updates of three clients: there are no others to measure one against");
  return largest_mean(clients);
}

}  // namespace tacit::attacks
