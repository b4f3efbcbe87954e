#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "quantum_sim/openqasm/openqasm.h"
#include "source_folder.h"

namespace tacit::quantum_sim::test {
namespace {

std::vector<std::string> seeds() {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "tests/quantum_sim/openqasm_files"))
    texts.push_back(read_text(entry.path()));
  std::sort(texts.begin(), texts.end());
  texts.push_back(
      "OPENQASM 3.0; include \"stdgates.inc\"; gate g(a, b) p, q { ctrl @ rx(a*2) p, q; negctrl @ inv @ pow(2) @ u3(b, "
      "a, "
      "-b) q, p; gphase(a); } qubit[4] q; bit[4] c = measure q; let r = q[0:2] ++ q[{3}]; inv @ g(0.1, pi) r, q[3]; "
      "ctrl(2) @ gphase(1) q[0], q[1]; reset q; c[1:2] = measure q[0:1]; pow(0.5) @ h q;");
  return texts;
}

// Words that take a parser to other places than random bytes do.
constexpr const char* words[] = {"ctrl @ ",
                                 "inv @ ",
                                 "pow(2) @ ",
                                 "pow(0.5) @ ",
                                 "gate ",
                                 "{",
                                 "}",
                                 "(",
                                 ")",
                                 "[",
                                 "]",
                                 ";",
                                 ",",
                                 "for int i in [0:3] ",
                                 "q",
                                 "x",
                                 "theta",
                                 "-",
                                 "**",
                                 "1e9",
                                 "0",
                                 "[0:-1:2]",
                                 "{0, 1}",
                                 "measure ",
                                 "->",
                                 "@tacit.input\n",
                                 "input float ",
                                 "let ",
                                 "++",
                                 "\"",
                                 "/*",
                                 "//",
                                 "\n",
                                 "pi",
                                 "arccos(",
                                 "9999999999",
                                 "0x",
                                 "gphase(1) ",
                                 "const int "};

std::string mutated(std::string text, RandomStream& stream, const std::vector<std::string>& all) {
  for (std::uint64_t count = 1 + stream.below(6); count > 0; --count) {
    const std::size_t at = stream.below(text.size() + 1), length = stream.below(12);
    switch (stream.below(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(stream.below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, words[stream.below(std::size(words))]);
        break;
      case 3: {  // copy a piece of the text to another place
        const std::size_t from = stream.below(text.size() + 1);
        text.insert(at, text.substr(from, stream.below(60)));
        break;
      }
      case 4:
        text.resize(at);
        break;
      default: {  // go on with the second half of another file
        const std::string& other = all[stream.below(all.size())];
        text = text.substr(0, at) + other.substr(stream.below(other.size()));
        break;
      }
    }
  }
  return text;
}

// Any bytes: a circuit, or Error(data) that names a place. Nothing else, no crash, no hang.
TEST(OpenQasmMutations, GiveACircuitOrOneClearError) {
  const std::vector<std::string> all = seeds();
  std::size_t accepted = 0, refused = 0;
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    RandomStream stream({seed, Purpose::test, 11, 0});
    const std::string text = mutated(all[seed % all.size()], stream, all);
    try {
      const OpenQasmCircuit read = import_openqasm(text, "mutated");
      ASSERT_EQ(read.circuit.qubits(), read.qubits.size());
      ASSERT_GE(read.parameters.size(), read.circuit.parameters());
      ASSERT_GE(read.inputs.size(), read.circuit.inputs());
      ++accepted;
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::data) << "seed " << seed << ": " << error.what() << "\n" << text;
      ASSERT_EQ(std::string_view(error.what()).substr(0, 8), "mutated:") << "seed " << seed << ": " << error.what();
      ++refused;
    }
  }
  // Both happen often, so both are tested.
  EXPECT_GT(accepted, 500u);
  EXPECT_GT(refused, 5'000u);
}

// Whatever is read can be written, and reads back to as many gates or more.
TEST(OpenQasmMutations, WhatIsReadCanBeWritten) {
  const std::vector<std::string> all = seeds();
  std::size_t written = 0;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    RandomStream stream({seed, Purpose::test, 12, 0});
    std::optional<OpenQasmCircuit> read;
    try {
      read = import_openqasm(mutated(all[seed % all.size()], stream, all), "mutated");
    } catch (const Error&) {
      continue;
    }
    const Circuit again = import_openqasm(export_openqasm3(read->circuit), "again").circuit;
    EXPECT_EQ(again.qubits(), read->circuit.qubits()) << seed;
    EXPECT_EQ(again.parameters(), read->circuit.parameters()) << seed;
    ++written;
  }
  EXPECT_GT(written, 50u);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
