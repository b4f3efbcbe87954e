#include "core/error.h"
#include "core/files.h"
#include "system/experiment_file.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

using ::testing::HasSubstr;

struct Ended {
  int code;
  std::string errors;
};

Ended run(const std::vector<std::string>& arguments) {
  TacitProcess process(arguments);
  const int code = process.wait(std::chrono::seconds(30));
  return {code, process.errors()};
}

TEST(BadInput, MisspeltKeyNamesFileLineAndNearestKey) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path());
  std::string text = read_text(file);
  text.replace(text.find("rounds ="), 6, "roundz");
  write_atomically(file, text);
  const Ended ended = run({"simulate", file});
  EXPECT_EQ(ended.code, exit_code(ErrorKind::configuration));
  EXPECT_THAT(ended.errors, HasSubstr("experiment.toml:"));
  EXPECT_THAT(ended.errors, HasSubstr("roundz"));
  EXPECT_THAT(ended.errors, HasSubstr("rounds"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(BadInput, NaturalGradientWithoutACircuitIsRefusedBeforeTraining) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path());
  std::string text = read_text(file);
  text.insert(text.find("algorithm ="), "gradient = \"natural\"\n");
  write_atomically(file, text);
  const Ended ended = run({"simulate", file});
  EXPECT_EQ(ended.code, exit_code(ErrorKind::configuration));
  EXPECT_THAT(ended.errors, HasSubstr("training.gradient"));
  EXPECT_THAT(ended.errors, HasSubstr("quantum layer"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(BadInput, DataThatAreNoTokensAreRefusedBeforeTraining) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path());
  std::string text = read_text(file);
  text.insert(text.find("[[model.layers]]"), "[[model.layers]]\ntype = \"embedding\"\nvocabulary = 9\nwidth = 2\n");
  write_atomically(file, text);
  const Ended ended = run({"simulate", file});
  EXPECT_EQ(ended.code, exit_code(ErrorKind::data));
  EXPECT_THAT(ended.errors, HasSubstr("layer 'embedding1'"));
  EXPECT_THAT(ended.errors, HasSubstr("whole number from 0 to 8"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(BadInput, UnknownKeysOfEverySectionAreRefused) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path());
  const std::string text = read_text(file);
  for (const std::string section :
       {"[run]", "[data]", "[partition]", "[model]", "[training]", "[coordinator]", "[simulation]"}) {
    std::string broken = text;
    broken.insert(broken.find(section) + section.size(), "\nno_such_key = 1");
    write_atomically(file, broken);
    const Ended ended = run({"simulate", file});
    EXPECT_EQ(ended.code, exit_code(ErrorKind::configuration)) << section;
    EXPECT_THAT(ended.errors, HasSubstr("no_such_key")) << section;
  }
  for (const std::string section : {"[update]", "[threat_model]", "[audit]"}) {
    write_atomically(file, text + section + "\nno_such_key = 1\n");
    const Ended ended = run({"audit", file});
    EXPECT_EQ(ended.code, exit_code(ErrorKind::configuration)) << section;
    EXPECT_THAT(ended.errors, HasSubstr("no_such_key")) << section;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(BadInput, AbsentFileAndUnknownCommandAndOption) {
  EXPECT_EQ(run({"simulate", "/nowhere/absent.toml"}).code, exit_code(ErrorKind::io));
  EXPECT_EQ(run({"simulte"}).code, exit_code(ErrorKind::usage));
  EXPECT_EQ(run({"simulate", "--moode", "x"}).code, exit_code(ErrorKind::usage));
  EXPECT_EQ(run({}).code, exit_code(ErrorKind::usage));
}

// Folder, empty file and random bytes where a file of some kind is expected: one sentence with the name and what was
// expected, whatever the command.
TEST(BadInput, WhatIsNoFileOfItsKindIsRefusedByName) {
  const TemporaryFolder folder;
  const std::string place = folder.path() / "place", empty = folder.path() / "empty", bytes = folder.path() / "bytes";
  std::filesystem::create_directory(place);
  write_atomically(empty, std::string_view());
  write_atomically(bytes, std::string_view("\x07\x9c\xff\x00\x13\x80 = [", 9));
  const std::string out = folder.path() / "out";
  const std::vector<std::vector<std::string>> commands = {{"simulate"},
                                                          {"audit"},
                                                          {"evaluate"},
                                                          {"data"},
                                                          {"client"},
                                                          {"model", "summary"},
                                                          {"rescore"},
                                                          {"circuit", "explain"},
                                                          {"infer", "epsilon"},
                                                          {"infer", "membership"},
                                                          {"attack"}};
  for (std::vector<std::string> words : commands) {
    words.emplace_back();
    for (const std::string& file : {place, empty, bytes}) {
      words.back() = file;
      const Ended outcome = run(words);
      EXPECT_GT(outcome.code, 1) << words.front() << " " << file << ": " << outcome.errors;
      EXPECT_LT(outcome.code, 10) << words.front() << " " << file << ": " << outcome.errors;
      EXPECT_THAT(outcome.errors, HasSubstr(file)) << words.front();
    }
  }
  EXPECT_THAT(run({"simulate", place}).errors, HasSubstr("is a folder, expected a configuration file"));
  const std::string summary = run({"model", "summary", place}).errors;
  EXPECT_THAT(summary, HasSubstr("there is no config.toml"));
  EXPECT_THAT(summary, HasSubstr("expected a run folder, an experiment file or an .onnx file"));
}

TEST(BadInput, ErrorsAreAlsoJson) {
  TacitProcess process({"simulate", "/nowhere/absent.toml", "--json"});
  EXPECT_NE(process.wait(), 0);
  const auto object = process.json();
  EXPECT_EQ(object.at("error").at("exit_code"), exit_code(ErrorKind::io));
  EXPECT_THAT(object.at("error").at("message").get<std::string>(), HasSubstr("absent.toml"));
}

TEST(BadInput, EveryHelpFitsAScreenAndShowsAnExample) {
  for (const char* command :
       {"simulate", "audit", "coordinator", "client", "attack", "pki", "status", "bench", "circuit", "model"}) {
    TacitProcess process({command, "--help"});
    EXPECT_EQ(process.wait(), 0);
    const std::string help = process.output();
    EXPECT_THAT(help, HasSubstr("Example:")) << command;
    EXPECT_LE(std::count(help.begin(), help.end(), '\n'), 30) << command << "\n" << help;
  }
}

TEST(BadInput, FullDiskIsAnErrorNotASuccess) {
  if (!std::filesystem::exists("/dev/full")) return;
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path(), 1, 2);
  const std::string command =
      std::string(std::getenv("TACIT_BINARY")) + " simulate " + file.string() + " --json > /dev/full 2> /dev/null";
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), exit_code(ErrorKind::io));
}

}  // namespace
}  // namespace tacit::system_tests
