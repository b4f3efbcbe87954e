#include <algorithm>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "cli/command.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/log.h"

namespace tacit::cli {
namespace {

void print_error(const char* kind, const std::string& message, int code) {
  const nlohmann::ordered_json object{{"error", {{"kind", kind}, {"message", message}, {"exit_code", code}}}};
  std::cout << object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
}

int report(const Chosen& chosen, const char* kind, const std::string& message, int code) {
  std::cerr << "tacit: " << kind << ": " << message << "\n";
  if (chosen.json) print_error(kind, message, code);
  return code;
}

int run(const Chosen& chosen) {
  try {
    const nlohmann::ordered_json object = chosen.action();
    if (chosen.json) std::cout << object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
    // A full disk behind a redirected standard output must not look like success.
    std::cout.flush();
    if (!std::cout)
      return report({}, to_string(ErrorKind::io), "cannot write to standard output", exit_code(ErrorKind::io));
    return 0;
  } catch (const Error& error) {
    return report(chosen, to_string(error.kind()), error.what(), exit_code(error.kind()));
  } catch (const std::bad_alloc&) {
    return report(chosen, to_string(ErrorKind::resource), "out of memory", exit_code(ErrorKind::resource));
  } catch (const std::filesystem::filesystem_error& error) {
    return report(chosen, to_string(ErrorKind::io), error.path1().string() + ": " + error.code().message(),
                  exit_code(ErrorKind::io));
  } catch (const std::system_error& error) {
    // What the system has too little of: threads, mostly.
    const bool is_want =
        error.code() == std::errc::resource_unavailable_try_again || error.code() == std::errc::not_enough_memory;
    const ErrorKind kind = is_want ? ErrorKind::resource : ErrorKind::internal;
    return report(chosen, to_string(kind), is_want ? "the system gives no further thread or memory" : error.what(),
                  exit_code(kind));
  } catch (const std::exception& error) {
    return report(chosen, to_string(ErrorKind::internal), error.what(), exit_code(ErrorKind::internal));
  }
}

}  // namespace

CLI::App* add_subcommand(CLI::App& parent, Chosen& chosen, const std::string& name, const std::string& description,
                         const std::string& example) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->footer("Example:\n  " + example);
  command->add_flag("--json", chosen.json, "Print one JSON object as the last line of standard output");
  command->add_option("--log-level", chosen.log_level, "debug, info, warning, error or off")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->option_text("LEVEL=warning");
  return command;
}

}  // namespace tacit::cli

int main(int argc, char** argv) {
  using namespace tacit;
  using namespace tacit::cli;
  install_interrupt_handler();
  CLI::App app{"Tacit trains models across parties that keep their data, and measures what the training gives away."};
  app.require_subcommand(1);
  app.set_version_flag("--version", TACIT_VERSION);
  app.footer(
      "Exit codes: 0 done, 1 internal, 2 usage, 3 configuration, 4 data, 5 input/output, 6 peer, 7 deadline,\n"
      "8 state, 9 resource, 130 interrupted. 'tacit COMMAND --help' shows each command with an example.");
  Chosen chosen;
  add_simulate(app, chosen);
  add_audit(app, chosen);
  add_coordinator(app, chosen);
  add_client(app, chosen);
  add_attack(app, chosen);
  add_craft(app, chosen);
  add_infer(app, chosen);
  add_reproduce(app, chosen);
  add_evaluate(app, chosen);
  add_rescore(app, chosen);
  add_pki(app, chosen);
  add_data(app, chosen);
  add_status(app, chosen);
  add_pca(app, chosen);
  add_curve(app, chosen);
  add_bench(app, chosen);
  add_circuit(app, chosen);
  add_model(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) == 0) return 0;
    chosen.json = std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
    if (chosen.json) print_error(to_string(ErrorKind::usage), error.what(), exit_code(ErrorKind::usage));
    return exit_code(ErrorKind::usage);
  }
  log::start("tacit", log::level_from_string(chosen.log_level));
  return run(chosen);
}
