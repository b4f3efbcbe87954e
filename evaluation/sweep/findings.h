#pragma once

#include <string>
#include <vector>

#include "attacks/rows/cell_summary.h"

namespace tacit::evaluation {

/// How bad a setting is, by the attack that recovered most, or else came nearest.
enum class Leak {
  not_measured,  ///< no attack applied
  none_shown,    ///< no attack did better than the controls: these attacks, not all attacks
  partial,       ///< nothing recovered beyond the controls, but errors below theirs
  recovered,     ///< examples recovered beyond the controls
};

struct Finding {
  std::vector<std::string> setting;
  Leak leak = Leak::not_measured;
  const attacks::CellSummary* attack = nullptr;   ///< the worst; into the summaries
  const attacks::CellSummary* control = nullptr;  ///< the guess or control that did best
  std::string sentence;
};

/// One for each setting. The rule: `recovered` if the lower end of the 95 % interval of an attack's share of recovered
/// examples lies above the share of every control (guesses, and that attack on noise); `partial` if the interval of its
/// mean squared error lies below those of all controls.
std::vector<Finding> findings_of(const std::vector<attacks::CellSummary>& summaries);
/// The rule in words.
std::string findings_rule();

}  // namespace tacit::evaluation
