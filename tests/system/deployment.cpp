#include "system/deployment.h"

#include <fmt/format.h>
#include <signal.h>

#include <fstream>

#include "system/experiment_file.h"

namespace tacit::system_tests {
namespace {

void issue(const std::vector<std::string>& arguments) {
  TacitProcess process(arguments);
  EXPECT_EQ(process.wait(), 0) << process.errors();
}

std::string name_of(std::size_t index) {
  return "site-" + std::to_string(index);
}

}  // namespace

Deployment::Deployment(int rounds, int clients) : client_count_(clients), clients_(static_cast<std::size_t>(clients)) {
  write_experiment(folder_.path(), rounds, clients);
  issue({"pki", "init", certificates()});
  issue({"pki", "issue", certificates(), "coordinator", "--host", "127.0.0.1"});
  for (std::size_t i = 0; i < clients_.size(); ++i) issue({"pki", "issue", certificates(), name_of(i)});
}

void Deployment::start_coordinator() {
  std::filesystem::remove(run_folder() / "address");
  std::vector<std::string> arguments{"coordinator",    folder_.path() / "experiment.toml",
                                     "--certificates", certificates(),
                                     "--listen",       address_,
                                     "--run-folder",   run_folder()};
  arguments.insert(arguments.end(), coordinator_options_.begin(), coordinator_options_.end());
  coordinator_ = std::make_unique<TacitProcess>(arguments);
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(run_folder() / "address"); }, std::chrono::seconds(60)))
      << coordinator_->errors();
  address_ = read_text(run_folder() / "address");
}

std::filesystem::path Deployment::client_file(std::size_t index, const std::string& certificate_folder,
                                              const std::string& name) const {
  const std::filesystem::path file = folder_.path() / (name + ".toml");
  const std::string pki = certificate_folder;
  write_atomically(file, fmt::format(R"([client]
coordinator = "{}"
certificate = "{}/{}.pem"
key = "{}/{}.key"
authority = "{}/ca.pem"
seed = 3
index = {}
[data]
source = "iris"
test_fraction = 0.2
[partition]
scheme = "iid"
[shard]
part = {}
of = {}
seed = 3
)",
                                     address_, pki, name, pki, name, pki, index, index, client_count_));
  return file;
}

void Deployment::start_client(std::size_t index) {
  clients_[index] = std::make_unique<TacitProcess>(
      std::vector<std::string>{"client", client_file(index, certificates(), name_of(index))});
}

void Deployment::start_clients() {
  for (std::size_t i = 0; i < clients_.size(); ++i) start_client(i);
}

void Deployment::kill_coordinator() {
  coordinator_->signal(SIGKILL);
  EXPECT_EQ(coordinator_->wait(), 128 + SIGKILL);
}

void Deployment::kill_client(std::size_t index) {
  clients_[index]->signal(SIGKILL);
  EXPECT_EQ(clients_[index]->wait(), 128 + SIGKILL);
}

int Deployment::events(const std::string& kind) const {
  std::ifstream stream(run_folder() / "events.jsonl");
  int count = 0;
  for (std::string line; std::getline(stream, line);)
    if (line.find("\"event\":\"" + kind + "\"") != std::string::npos) ++count;
  return count;
}

}  // namespace tacit::system_tests
