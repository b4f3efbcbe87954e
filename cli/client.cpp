#include <poll.h>

#include <iostream>
#include <optional>
#include <stop_token>
#include <thread>

#include "cli/command.h"
#include "client/grpc_transport.h"
#include "client/session.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "proto/credentials.h"
#include "simulation/client_file.h"

namespace tacit::cli {
namespace {

nlohmann::ordered_json run_client(const std::string& file, const std::string& coordinator) {
  simulation::ClientFile client = simulation::ClientFile::load(file);
  if (!coordinator.empty()) {
    client::check_address(coordinator);
    client.settings.coordinator = coordinator;
  }
  client::GrpcTransport transport(client.settings.coordinator, wire::client_credentials(client.settings.tls));
  client::SystemClock clock;
  // A signal handler can do no more than set a flag; this thread turns it into the session's stop request.
  std::stop_source stop;
  std::jthread watcher([&stop](const std::stop_token& done) {
    while (!done.stop_requested() && !interrupted()) {
      pollfd descriptor{interrupt_descriptor(), POLLIN, 0};
      poll(&descriptor, 1, 100);
    }
    if (interrupted()) stop.request_stop();
  });
  log::info("{} training examples; coordinator {}", client.data.size(), client.settings.coordinator);
  client::Session session(transport, client.settings, client.data, clock, client::Backoff({}), stop.get_token());
  if (client.reported.size() > 0) session.agree_to_evaluate(client.reported);
  std::optional<simulation::ClientGuard> guard;
  if (client.guard) session.guard_with(guard.emplace(*client.guard).guard());
  const client::RunOutcome outcome = session.run();
  std::cout << "run " << outcome.outcome << ", model SHA-256 " << outcome.model_hash << "\n";
  return {{"outcome", outcome.outcome}, {"model_sha256", outcome.model_hash}};
}

}  // namespace

void add_client(CLI::App& app, Chosen& chosen) {
  struct Options {
    std::string file, coordinator;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, chosen, "client", "Take part in a run with data that stay here",
                                     "tacit client site-a.toml --coordinator fl.example.org:7443");
  command->add_option("config", options->file, "Client file: [client], [data] (docs/configuration.md)")->required();
  command->add_option("--coordinator", options->coordinator, "HOST:PORT instead of the file's");
  command->callback(
      [options, &chosen] { chosen.action = [options] { return run_client(options->file, options->coordinator); }; });
}

}  // namespace tacit::cli
