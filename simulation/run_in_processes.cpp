#include <csignal>
#include <thread>

#include "coordinator/run_folder.h"
#include "core/error.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "proto/certificate_folder.h"
#include "simulation/child_process.h"
#include "simulation/client_file.h"
#include "simulation/run.h"

namespace tacit::simulation {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Everything below a run folder that child processes are started with.
struct Site {
  fs::path folder;
  fs::path certificates() const { return folder / "certificates"; }
  fs::path experiment() const { return folder / "experiment.toml"; }
  fs::path address() const { return folder / "address"; }
  fs::path craft() const { return folder / "craft.toml"; }
  fs::path clients() const { return folder / "clients"; }
  fs::path client(std::size_t index) const { return clients() / (Experiment::client_name(index) + ".toml"); }
  fs::path log(const std::string& name) const { return folder / "logs" / (name + ".log"); }
};

/// What decides a run; how it is spread over processes and threads does not.
std::string essence(const ConfigTable& config) {
  ConfigTable copy = config;
  const std::int64_t clients = copy.table("simulation").integer("clients", {}, 5);
  return config.without("simulation").with("simulation.clients", clients).to_toml();
}

/// Before anything in the folder is touched.
void refuse_another_run(const Site& site, const Experiment& experiment) {
  if (coordinator::RunLock::is_held({site.folder}))
    fail(ErrorKind::state, "another process conducts the run in {}", site.folder.string());
  if (fs::exists(site.experiment()) &&
      essence(ConfigTable::parse_file(site.experiment())) != essence(experiment.config()))
    fail(ErrorKind::configuration, "{} holds a run of another configuration; give another --run-folder",
         site.folder.string());
}

void prepare(const Site& site, const Experiment& experiment) {
  fs::create_directories(site.folder / "logs");
  fs::remove(site.address());
  write_atomically(site.experiment(), experiment.config().to_toml());
  if (fs::exists(site.certificates() / "ca.pem")) return;  // a run that is continued keeps its certificates
  constexpr int days = 30;
  wire::create_authority_folder(site.certificates(), "tacit-simulation", days);
  wire::issue_server_files(site.certificates(), "coordinator", {"127.0.0.1", "localhost"}, days);
  for (std::size_t i = 0; i < experiment.clients(); ++i)
    wire::issue_client_files(site.certificates(), Experiment::client_name(i), days);
}

[[noreturn]] void report_death(ChildProcess& child, int code) {
  fail(kind_of_exit_code(code), "{} ended with exit code {} before the run was finished; it said:{}", child.name(),
       code, child.last_words());
}

ChildProcess start_coordinator(const Site& site, const RunOptions& options) {
  std::vector<std::string> arguments{
      "coordinator",       site.experiment(), "--run-folder", site.folder,   "--certificates",
      site.certificates(), "--listen",        "127.0.0.1:0",  "--log-level", "info"};
  if (options.initial_model) {
    arguments.push_back("--initial-model");
    arguments.push_back(options.initial_model->string());
  }
  for (const auto& [client, file] : options.crafted.client_models) {
    arguments.push_back("--client-model");
    arguments.push_back(client + "=" + file.string());
  }
  if (!options.crafted.craft_toml.empty()) {
    write_atomically(site.craft(), std::string_view(options.crafted.craft_toml));
    arguments.push_back("--craft");
    arguments.push_back(site.craft());
  }
  return {"coordinator", executable_path(), arguments, site.log("coordinator")};
}

/// The address the coordinator listens on, once it has written it.
std::string wait_for_address(const Site& site, ChildProcess& coordinator) {
  const auto until = std::chrono::steady_clock::now() + 60s;
  while (!fs::exists(site.address())) {
    check_interrupted();
    if (const auto code = coordinator.poll()) report_death(coordinator, *code);
    if (std::chrono::steady_clock::now() > until)
      fail(ErrorKind::deadline, "the coordinator did not begin to listen within 60 s; it said:{}",
           coordinator.last_words());
    std::this_thread::sleep_for(5ms);
  }
  return read_text(site.address());
}

std::vector<ChildProcess> start_clients(const Site& site, const Experiment& experiment, const std::string& address) {
  std::vector<ChildProcess> clients;
  for (std::size_t i = 0; i < experiment.clients(); ++i) {
    write_atomically(site.client(i), client_file_text(experiment, i, address, site.certificates(), site.folder));
    const std::string name = Experiment::client_name(i);
    clients.emplace_back(name, executable_path(),
                         std::vector<std::string>{"client", site.client(i), "--log-level", "info"}, site.log(name));
  }
  return clients;
}

void follow(RunFollower& follower, ChildProcess& coordinator, std::vector<ChildProcess>& clients,
            const RunOptions& options) {
  while (!follower.result().finished()) {
    check_interrupted();
    const auto coordinator_code = coordinator.poll();
    if (follower.poll() && options.on_progress) options.on_progress(follower.result());
    if (follower.result().finished()) break;
    if (coordinator_code) report_death(coordinator, *coordinator_code);
    for (ChildProcess& client : clients)
      if (const auto code = client.poll()) report_death(client, *code);
    std::this_thread::sleep_for(10ms);
  }
}

/// Asks all clients to end at once, so that their destructors wait together and not one after another.
struct AskAllToEnd {
  std::vector<ChildProcess>& clients;
  ~AskAllToEnd() {
    for (ChildProcess& client : clients)
      if (!client.poll()) client.signal(SIGTERM);
  }
};

/// Everybody ends by itself once the run is finished; whoever does not is stopped, and said so.
void end(ChildProcess& child, std::chrono::milliseconds patience) {
  if (const auto code = child.wait(patience)) {
    if (*code != 0) log::warning("{} ended with exit code {}; see its log", child.name(), *code);
    return;
  }
  log::warning("{} did not end by itself within {} ms", child.name(), patience.count());
  child.stop(3s);
}

}  // namespace

RunResult run_in_processes(const Experiment& experiment, const RunOptions& options) {
  if (experiment.has_data_in_memory())
    fail(ErrorKind::usage, "an experiment on examples in memory runs in one process: its clients' processes have none");
  if (options.malicious_client)
    fail(ErrorKind::usage, "a malicious client joins a simulation in one process: its craft is a function of ours");
  const Site site{fs::absolute(options.run_folder)};
  fs::create_directories(site.clients());
  // The coordinator process locks the run; what surrounds it, certificates and client files, is locked here.
  const coordinator::RunLock lock({site.clients()});
  refuse_another_run(site, experiment);
  prepare(site, experiment);
  RunFollower follower(site.folder);
  // Destructors stop the children, clients first, however this function ends.
  ChildProcess coordinator = start_coordinator(site, options);
  const std::string address = wait_for_address(site, coordinator);
  std::vector<ChildProcess> clients = start_clients(site, experiment, address);
  const AskAllToEnd ask{clients};
  follow(follower, coordinator, clients, options);
  for (ChildProcess& client : clients) end(client, 10s);
  end(coordinator, 15s);
  follower.poll();
  return follower.result();
}

}  // namespace tacit::simulation
