#include <fmt/format.h>

#include <iostream>

#include "cli/command.h"
#include "cli/run_summary.h"
#include "coordinator/run_status.h"

namespace tacit::cli {
namespace {

/// The journal says where the run stands; it outranks the events, which only tell of it.
std::string state_of(const coordinator::RunStatus& status) {
  if (!status.run.outcome.empty()) return status.run.outcome;
  return status.is_conducted ? "running" : "interrupted: start it again to go on";
}

std::string open_round_of(const coordinator::RunStatus& status) {
  if (!status.open) return "none";
  std::string text =
      fmt::format("{} of {}, {} updates so far", status.open->round, status.run.rounds, status.committed.size());
  if (!status.missing.empty()) text += fmt::format("; missing: {}", fmt::join(status.missing, " "));
  return text;
}

nlohmann::ordered_json status(const std::string& folder) {
  const coordinator::RunStatus status = coordinator::read_run_status(folder);
  simulation::RunFollower follower(folder);
  follower.poll();
  const simulation::RunResult& result = follower.result();
  const std::string state = state_of(status);
  std::cout << fmt::format("  state          {}\n  members        {}\n  open round     {}\n", state,
                           status.members.size(), open_round_of(status))
            << text_summary(result);
  nlohmann::ordered_json object{{"state", state},
                                {"members", status.members.size()},
                                {"rounds_planned", status.run.rounds},
                                {"updates_pending", status.committed.size()}};
  object.update(json_summary(result));
  return object;
}

}  // namespace

void add_status(CLI::App& app, Chosen& chosen) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = add_subcommand(app, chosen, "status", "Show how far a run is", "tacit status runs/digits");
  command->add_option("run-folder", *folder, "Folder of the run")->required();
  command->callback([folder, &chosen] { chosen.action = [folder] { return status(*folder); }; });
}

}  // namespace tacit::cli
