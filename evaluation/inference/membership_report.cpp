#include <fmt/format.h>

#include "attacks/report/text_table.h"
#include "evaluation/inference/membership_game.h"
#include "evaluation/inference/seen_run.h"

namespace tacit::evaluation {
namespace {

std::string accuracies(const MembershipTarget& target) {
  return fmt::format(
      "accuracy on members {:.1f} %, on the other candidates {:.1f} %{}", 100 * target.member_accuracy,
      100 * target.other_accuracy,
      target.test_accuracy ? fmt::format(", on the test part {:.1f} %", 100 * *target.test_accuracy) : "");
}

}  // namespace

std::string membership_table(const MembershipOutcome& outcome, unsigned width) {
  attacks::report::TextTable table({{"attack", false, false},
                                    {"AUC", true, false},
                                    {"TPR at 0.1 % FPR", true, false},
                                    {"TPR at 1 % FPR", true, false},
                                    {"balanced accuracy", true, false},
                                    {"source", false, true}});
  bool controls = false;
  for (const MembershipRow& row : outcome.rows) {
    if (row.attack->is_control && !controls) table.add_rule();
    controls = row.attack->is_control;
    if (!row.roc) {
      table.add_spanning_row({std::string(row.attack->name), "not run: " + row.note});
      continue;
    }
    table.add_row({std::string(row.attack->name), with_interval(row.roc->auc()),
                   with_interval(row.roc->true_positives_at(0.001)), with_interval(row.roc->true_positives_at(0.01)),
                   with_interval(row.roc->balanced_accuracy()),
                   std::string(controls ? row.attack->what : row.attack->paper)});
  }
  std::string text = fmt::format("{} candidates, {} runs under attack, {} shadow models\n", outcome.candidates.size(),
                                 outcome.targets.size(), outcome.shadows.size());
  for (const MembershipTarget& target : outcome.targets) text += accuracies(target) + "\n";
  return text + "\n" + table.str(width) + "\nIn brackets: 95 % intervals. Controls stand below the line.\n";
}

std::string membership_scores_csv(const MembershipOutcome& outcome) {
  std::string text = "target,candidate,label,member,loss";
  for (const MembershipRow& row : outcome.rows) text += fmt::format(",{}", row.attack->name);
  text += "\n";
  for (std::size_t t = 0; t < outcome.targets.size(); ++t) {
    const MembershipTarget& target = outcome.targets[t];
    for (std::size_t i = 0; i < outcome.candidates.size(); ++i) {
      text += fmt::format("{},{},{},{},{}", t + 1, outcome.candidates[i], outcome.labels[i],
                          static_cast<int>(target.members[i]), target.losses[i]);
      for (const auto& scores : target.scores) text += scores.empty() ? "," : fmt::format(",{}", scores[i]);
      text += "\n";
    }
  }
  return text;
}

std::string membership_shadows_csv(const MembershipOutcome& outcome) {
  std::string text = "shadow,candidate,member,confidence\n";
  for (std::size_t s = 0; s < outcome.shadows.size(); ++s)
    for (std::size_t i = 0; i < outcome.candidates.size(); ++i)
      text += fmt::format("{},{},{},{}\n", s + 1, outcome.candidates[i],
                          static_cast<int>(outcome.shadows[s].members[i]), outcome.shadows[s].confidences[i]);
  return text;
}

}  // namespace tacit::evaluation
