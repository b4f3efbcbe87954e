#include <fmt/format.h>

#include <iostream>

#include "cli/command.h"
#include "cli/run_summary.h"
#include "coordinator/run_folder.h"
#include "core/error.h"

namespace tacit::cli {
namespace {

nlohmann::ordered_json status(const std::string& folder) {
  if (!std::filesystem::exists(coordinator::RunFolder{folder}.events()))
    fail(ErrorKind::usage, "'{}' is no run folder: it has no events.jsonl", folder);
  simulation::RunFollower follower(folder);
  follower.poll();
  const simulation::RunResult& result = follower.result();
  const bool conducted = coordinator::RunLock::is_held({folder});
  const std::string state = result.finished() ? result.outcome
                            : conducted       ? "running"
                                              : "interrupted: start it again to go on";
  std::string open_round = "none";
  if (!result.finished())
    open_round = fmt::format("{} of {}, {} updates so far", std::min(result.rounds + 1, result.rounds_planned),
                             result.rounds_planned, result.updates_pending);
  std::cout << fmt::format("  state          {}\n  members        {}\n  open round     {}\n", state, result.members,
                           open_round)
            << text_summary(result);
  nlohmann::ordered_json object{{"state", state},
                                {"members", result.members},
                                {"rounds_planned", result.rounds_planned},
                                {"updates_pending", result.updates_pending}};
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
