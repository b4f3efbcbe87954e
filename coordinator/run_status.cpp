#include "coordinator/run_status.h"

#include "coordinator/run_folder.h"
#include "coordinator/store/journal.h"
#include "core/error.h"

namespace tacit::coordinator {

RunStatus read_run_status(const std::filesystem::path& run_folder) {
  const RunFolder folder{run_folder};
  if (!std::filesystem::exists(folder.journal()))
    fail(ErrorKind::data, "{}: no run in this folder (there is no journal.sqlite)", run_folder.string());
  Journal journal(folder.journal(), Sqlite::Mode::read_only);
  RunStatus status;
  const auto run = journal.run();
  if (!run) fail(ErrorKind::data, "{}: its journal holds no run yet", run_folder.string());
  status.run = *run;
  status.is_conducted = RunLock::is_held(folder);
  status.members = journal.members();
  for (StoredRound& round : journal.rounds()) {
    if (round.summary)
      status.closed.push_back(std::move(round));
    else
      status.open = std::move(round);
  }
  if (!status.open) return status;
  for (const std::string& client : status.open->cohort) {
    const auto update = journal.update(status.open->round, client);
    (update && update->accepted != 0 ? status.committed : status.missing).push_back(client);
  }
  return status;
}

}  // namespace tacit::coordinator
