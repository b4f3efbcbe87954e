#include <fmt/format.h>

#include <iostream>

#include "cli/command.h"
#include "cli/craft_options.h"
#include "cli/run_summary.h"
#include "coordinator/grpc_service.h"
#include "core/error.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "proto/certificate_folder.h"
#include "proto/credentials.h"
#include "simulation/coordinator_setup.h"
#include "simulation/run_result.h"

namespace tacit::cli {
namespace {

using namespace std::chrono_literals;

struct Options {
  std::string config, run_folder, certificates, name = "coordinator", listen = "0.0.0.0:7443", initial_model;
  SentModels sent;
};

/// The address that clients on this machine can dial, for whoever started us on port 0.
std::string dialled_address(const std::string& listen, int port) {
  const std::size_t colon = listen.rfind(':');
  return listen.substr(0, colon) + ":" + std::to_string(port);
}

nlohmann::ordered_json conduct(const Options& options) {
  const auto experiment = simulation::Experiment::from_file(options.config);
  experiment.validate();
  const std::filesystem::path folder =
      options.run_folder.empty() ? experiment.output() : std::filesystem::path(options.run_folder);
  std::filesystem::create_directories(folder);
  const auto credentials = wire::server_credentials(wire::files_of(options.certificates, options.name));
  std::optional<std::filesystem::path> initial_model;
  if (!options.initial_model.empty()) initial_model = options.initial_model;

  ThreadPool pool(experiment.threads());
  simulation::CoordinatorSetup setup(experiment, folder, initial_model,
                                     craft_options_of(options.sent, experiment.seed()), pool);
  setup.release_training_data();
  coordinator::Coordinator& conductor = setup.coordinator();
  conductor.start();
  coordinator::GrpcServer server(conductor, options.listen, credentials);
  const std::string address = dialled_address(options.listen, server.port());
  write_atomically(folder / "address", address);
  log::info("run {} listens on {}", conductor.run_id(), address);

  std::optional<coordinator::RunOutcome> outcome;
  while (!outcome && !interrupted()) outcome = conductor.wait(100ms);
  if (outcome && !interrupted()) conductor.linger(10s);
  server.shutdown();
  conductor.stop();
  check_interrupted();
  if (!outcome->complete) fail(ErrorKind::state, "the run {}", outcome->outcome);

  simulation::RunFollower follower(folder);
  follower.poll();
  std::cout << text_summary(follower.result());
  return json_summary(follower.result());
}

}  // namespace

void add_coordinator(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, chosen, "coordinator", "Conduct a run on a network",
                                     "tacit coordinator run.toml --certificates pki --listen 0.0.0.0:7443");
  command->add_option("config", options->config, "Experiment file (docs/configuration.md)")->required();
  command->add_option("--certificates", options->certificates, "Folder with ca.pem, NAME.pem and NAME.key")->required();
  command->add_option("--name", options->name, "Name of the coordinator's certificate")->capture_default_str();
  command->add_option("--listen", options->listen, "HOST:PORT; port 0 lets the system choose")->capture_default_str();
  command->add_option("--run-folder", options->run_folder, "Where the run lives; an unfinished one is continued");
  command->add_option("--initial-model", options->initial_model, "Start from this file of weights");
  add_sent_models(*command, options->sent);
  command->callback([options, &chosen] { chosen.action = [options] { return conduct(*options); }; });
}

}  // namespace tacit::cli
