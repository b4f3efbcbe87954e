#include <iostream>

#include "cli/command.h"
#include "core/files.h"
#include "proto/certificate_folder.h"
#include "proto/certificates.h"

namespace tacit::cli {
namespace {

struct Options {
  std::string folder, name, authority_name = "tacit-authority";
  std::vector<std::string> hosts;
  int days = 365;
};

nlohmann::ordered_json describe(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  const auto description = wire::describe_certificate(read_text(certificate), certificate.string());
  std::cout << to_string(description) << "\n  " << certificate.string() << "\n  " << key.string() << "\n";
  return {{"name", description.name}, {"certificate", certificate.string()}, {"key", key.string()}};
}

nlohmann::ordered_json initialise(const Options& options) {
  wire::create_authority_folder(options.folder, options.authority_name, options.days);
  const std::filesystem::path folder = options.folder;
  return describe(folder / "ca.pem", folder / "ca.key");
}

nlohmann::ordered_json issue(const Options& options) {
  const wire::TlsFiles files =
      options.hosts.empty() ? wire::issue_client_files(options.folder, options.name, options.days)
                            : wire::issue_server_files(options.folder, options.name, options.hosts, options.days);
  nlohmann::ordered_json object = describe(files.certificate, files.key);
  object["authority"] = files.authority.string();
  object["role"] = options.hosts.empty() ? "client" : "coordinator";
  return object;
}

}  // namespace

void add_pki(CLI::App& app, Chosen& chosen) {
  CLI::App* pki = app.add_subcommand("pki", "Make the certificates that coordinator and clients know each other by");
  pki->require_subcommand(1);
  pki->footer(
      "Example:\n  tacit pki init certificates\n"
      "  tacit pki issue certificates coordinator --host coordinator.example.org\n"
      "  tacit pki issue certificates hospital-a\n"
      "Give each party its NAME.pem and NAME.key and the ca.pem; ca.key stays with you.");
  auto options = std::make_shared<Options>();

  CLI::App* init = add_subcommand(*pki, chosen, "init", "Make a certificate authority in a new folder",
                                  "tacit pki init certificates");
  init->add_option("folder", options->folder, "Folder for ca.pem and ca.key")->required();
  init->add_option("--name", options->authority_name, "Name of the authority")->capture_default_str();
  init->add_option("--days", options->days, "Days that it is valid")->capture_default_str();
  init->callback([options, &chosen] { chosen.action = [options] { return initialise(*options); }; });

  CLI::App* issue_command =
      add_subcommand(*pki, chosen, "issue", "Issue the certificate of a client, or of a coordinator",
                     "tacit pki issue certificates hospital-a --days 90");
  issue_command->add_option("folder", options->folder, "Folder with ca.pem and ca.key")->required();
  issue_command->add_option("name", options->name, "Name of the party: its identity on the wire")->required();
  issue_command->add_option("--host", options->hosts,
                            "For a coordinator: a name or address that clients dial; repeat for several");
  issue_command->add_option("--days", options->days, "Days that it is valid")->capture_default_str();
  issue_command->callback([options, &chosen] { chosen.action = [options] { return issue(*options); }; });
}

}  // namespace tacit::cli
