#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/files.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {

/// A coordinator and clients as on a network: certificates from `tacit pki`, processes of their own, the address the
/// same after a restart.
class Deployment {
 public:
  /// Of the experiment that write_experiment describes.
  Deployment(int rounds, int clients);

  /// Further options of `tacit coordinator`, from its next start on.
  void give_coordinator(std::vector<std::string> options) { coordinator_options_ = std::move(options); }
  void start_coordinator();
  void start_clients();
  /// SIGKILL, and waits until it is gone.
  void kill_coordinator();
  void kill_client(std::size_t index);
  void start_client(std::size_t index);

  TacitProcess& coordinator() { return *coordinator_; }
  TacitProcess& client(std::size_t index) { return *clients_[index]; }
  /// How many events of this kind the run has told so far.
  int events(const std::string& kind) const;
  std::filesystem::path run_folder() const { return folder_.path() / "run"; }
  std::filesystem::path certificates() const { return folder_.path() / "certificates"; }
  const std::string& address() const { return address_; }
  /// A client file for shard `index` with the certificate of that name.
  std::filesystem::path client_file(std::size_t index, const std::string& certificate_folder,
                                    const std::string& name) const;

 private:
  TemporaryFolder folder_;
  int client_count_;
  std::string address_ = "127.0.0.1:0";
  std::vector<std::string> coordinator_options_;
  std::unique_ptr<TacitProcess> coordinator_;
  std::vector<std::unique_ptr<TacitProcess>> clients_;
};

}  // namespace tacit::system_tests
