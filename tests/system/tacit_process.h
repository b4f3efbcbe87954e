#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tacit::system_tests {

/// The built `tacit` binary as a child process whose output is kept.
class TacitProcess {
 public:
  explicit TacitProcess(const std::vector<std::string>& arguments);
  ~TacitProcess();
  TacitProcess(const TacitProcess&) = delete;
  TacitProcess& operator=(const TacitProcess&) = delete;

  int pid() const noexcept { return pid_; }
  void signal(int number) const;
  bool running();
  /// Waits for the end and returns the exit code (128 + number after a signal). A test fails if it takes longer.
  int wait(std::chrono::seconds patience = std::chrono::seconds(120));
  std::string output() const;  ///< standard output so far
  std::string errors() const;  ///< standard error so far
  /// The JSON object in the last line of standard output.
  nlohmann::json json() const;

 private:
  std::filesystem::path folder_;
  int pid_ = -1;
  bool ended_ = false;
  int exit_code_ = -1;
};

/// Runs to the end and expects exit code 0; returns the JSON object. --json is added.
nlohmann::json run_json(std::vector<std::string> arguments);

/// Ids of the processes whose command line names this path: to see that nothing was left behind.
std::vector<int> processes_naming(const std::string& text);

/// Waits until `condition` holds, at most `patience`; tells whether it did.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds patience);

}  // namespace tacit::system_tests

#include <thread>

template <class Condition>
bool tacit::system_tests::eventually(Condition condition, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}
