#include "system/tacit_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/files.h"

namespace tacit::system_tests {
namespace {

std::filesystem::path new_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tacit-process-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  return pattern;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

TacitProcess::TacitProcess(const std::vector<std::string>& arguments) : folder_(new_folder()) {
  const char* binary = std::getenv("TACIT_BINARY");
  if (binary == nullptr) throw std::runtime_error("TACIT_BINARY names no binary");
  std::vector<std::string> words{binary};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const std::string output = folder_ / "output", errors = folder_ / "errors";
  pid_ = fork();
  if (pid_ == 0) {
    const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int error = open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, 1);
    dup2(error, 2);
    execv(pointers[0], pointers.data());
    _exit(127);
  }
}

TacitProcess::~TacitProcess() {
  if (running()) {
    signal(SIGKILL);
    wait();
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void TacitProcess::signal(int number) const {
  if (!ended_) kill(pid_, number);
}

bool TacitProcess::running() {
  if (ended_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  ended_ = true;
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return false;
}

int TacitProcess::wait(std::chrono::seconds patience) {
  if (!eventually([this] { return !running(); }, patience)) {
    ADD_FAILURE() << "tacit still runs after " << patience.count() << " s; it wrote:\n" << errors();
    signal(SIGKILL);
    eventually([this] { return !running(); }, std::chrono::seconds(10));
  }
  return exit_code_;
}

std::string TacitProcess::output() const {
  return text_of(folder_ / "output");
}
std::string TacitProcess::errors() const {
  return text_of(folder_ / "errors");
}

nlohmann::json TacitProcess::json() const {
  std::string text = output();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::size_t line = text.rfind('\n');
  return nlohmann::json::parse(line == std::string::npos ? text : text.substr(line + 1));
}

nlohmann::json run_json(std::vector<std::string> arguments) {
  arguments.push_back("--json");
  TacitProcess process(arguments);
  const int code = process.wait();
  if (code != 0) {
    ADD_FAILURE() << "tacit " << arguments.front() << " ended with " << code << ":\n" << process.errors();
    return {};
  }
  return process.json();
}

std::vector<int> processes_naming(const std::string& text) {
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (text_of(entry.path() / "cmdline").find(text) != std::string::npos) found.push_back(std::stoi(name));
  }
  return found;
}

}  // namespace tacit::system_tests
