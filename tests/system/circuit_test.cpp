#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "source_folder.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string shown(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "circuit");
  TacitProcess process(arguments);
  EXPECT_EQ(process.wait(), 0) << process.errors();
  return process.output();
}

nlohmann::json object(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "circuit");
  return run_json(arguments);
}

void expect_refused(std::vector<std::string> arguments, ErrorKind kind, const std::string& part) {
  arguments.insert(arguments.begin(), "circuit");
  TacitProcess process(arguments);
  EXPECT_EQ(process.wait(), exit_code(kind)) << process.errors();
  EXPECT_THAT(process.errors(), HasSubstr(part));
}

fs::path written(const TemporaryFolder& folder, const std::string& text) {
  const fs::path file = folder.path() / "circuit.qasm";
  write_atomically(file, text);
  return file;
}

TEST(CircuitCommand, DrawsAFileInEveryFormat) {
  const fs::path file = source_folder() / "tests/quantum_sim/openqasm_files/bell_version_2.qasm";
  EXPECT_EQ(shown({"draw", file}),
            "q[0]: ───┤H├──●──┤M c0├───\n"
            "              │\n"
            "q[1]: ────────⊕──┤M c1├───\n");
  const TemporaryFolder folder;
  const fs::path svg = folder.path() / "bell.svg";
  const nlohmann::json about = object({"draw", file, "--format", "svg", "--output", svg});
  EXPECT_EQ(about.at("qubits"), 2);
  EXPECT_EQ(about.at("output"), svg.string());
  EXPECT_EQ(about.at("gate_list").at(1).at("gate"), "CNOT");
  EXPECT_EQ(about.at("gate_list").at(1).at("controls"), nlohmann::json({0}));
  EXPECT_EQ(about.at("gate_list").at(3).at("classical_bit"), 1);
  EXPECT_THAT(read_text(svg), HasSubstr("</svg>"));
  EXPECT_EQ(nlohmann::json::parse(shown({"draw", file, "--format", "json"})).at("gates"), 4);
}

// What is written as OpenQASM is the circuit that was described.
TEST(CircuitCommand, WritesOpenQasmThatItReads) {
  const TemporaryFolder folder;
  const fs::path file = written(folder, shown({"draw", "--qubits", "3", "--layers", "2", "--format", "qasm"}));
  const nlohmann::json again = object({"draw", file}), first = object({"draw", "--qubits", "3", "--layers", "2"});
  EXPECT_EQ(again.at("gate_list"), first.at("gate_list"));
  EXPECT_EQ(again.at("gate_list").at(0).at("angles").at(0).at("factors").at(0).at("source"), "input");
  EXPECT_EQ(again.at("parameters"), 12);
  EXPECT_EQ(again.at("inputs"), 3);
}

TEST(CircuitCommand, ReadsTheQuantumLayerOfAConfiguration) {
  const nlohmann::json about = object({"draw", "--config", source_folder() / "examples/digits.toml"});
  EXPECT_EQ(about.at("qubits"), 6);
  EXPECT_EQ(about.at("inputs"), 6);
  EXPECT_EQ(about.at("parameters"), 24);
  EXPECT_EQ(about.at("observables"), nlohmann::json({"1 Z0", "1 Z1"}));
  const TemporaryFolder folder;
  const fs::path model = folder.path() / "model.toml";
  write_atomically(model,
                   "[model]\n[[model.layers]]\ntype = \"quantum\"\nqubits = 4\nencoding = \"angle\"\nlayers = 1\n");
  EXPECT_EQ(object({"draw", "--config", model, "--features", "3"}).at("inputs"), 3);
  expect_refused({"draw", "--config", model}, ErrorKind::configuration, "--features");
}

TEST(CircuitCommand, ExplainsWhatTheCompilerDid) {
  const std::vector<std::string> circuit{"--qubits", "4", "--layers", "2", "--encoding", "angle"};
  std::vector<std::string> arguments{"explain", "--batch", "100", "--observable", "Z0", "--observable", "X1 Z2"};
  arguments.insert(arguments.end(), circuit.begin(), circuit.end());
  const nlohmann::json about = object(arguments);
  EXPECT_EQ(about.at("gates_by_name").at("CNOT"), 8);
  EXPECT_EQ(about.at("observables").size(), 2u);
  EXPECT_EQ(about.at("compiled").at("rotations_of_gates").get<int>() -
                about.at("compiled").at("rotations_absorbed").get<int>(),
            about.at("compiled").at("rotations").get<int>() + about.at("compiled").at("rotations_unseen").get<int>());
  EXPECT_EQ(about.at("program").at("rows"), 16);
  EXPECT_EQ(about.at("program").at("sample_angles"), 4);
  EXPECT_EQ(about.at("execution").at("tiles"), 7);
  const int kept = about.at("execution").at("batch_plan").at("kept_layers");
  EXPECT_GE(kept, 1);
  EXPECT_EQ(about.at("execution").at("tile_bytes_gradient"), (2 + kept) * 16 * 2 * 64);
  EXPECT_EQ(about.at("execution").at("engine"), "batch");
  const nlohmann::json one = object({"explain", "--qubits", "5", "--batch", "1"});
  EXPECT_EQ(one.at("execution").at("engine"), "state");
  EXPECT_GE(one.at("execution").at("state_plan").at("amplitudes"), 32);
  const std::string text = shown({"explain", "--qubits", "2", "--encoding", "none"});
  for (const char* part : {"rotations left", "dead parameters", "engine", "theta_"}) EXPECT_THAT(text, HasSubstr(part));
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// Both engines: two bars a pass, and one for every fate that a rotation met.
TEST(CircuitCommand, DrawsWhatTheCompilerDid) {
  const std::vector<std::string> circuit{"explain", "--qubits", "4", "--layers", "2"};
  std::vector<std::string> drawn = circuit, one = circuit;
  drawn.insert(drawn.end(), {"--format", "svg"});
  const std::string batch = shown(drawn);
  EXPECT_THAT(batch, HasSubstr("15 left to execute</text>"));
  EXPECT_THAT(batch, HasSubstr("5 unseen by the outputs</text>"));
  for (const char* part : {"batch engine, 256 samples, float", "forward tangent</text>", "</svg>"})
    EXPECT_THAT(batch, HasSubstr(part));
  EXPECT_EQ(count_of(batch, "<rect"), 3 + 2 * 4u);
  one.insert(one.end(), {"--batch", "1"});
  drawn.insert(drawn.end(), {"--batch", "1"});
  const std::string state = shown(drawn);
  const std::size_t passes = object(one).at("execution").at("state_plan").at("passes").size();
  EXPECT_GE(passes, 1u);
  EXPECT_EQ(count_of(state, "<rect"), 3 + 2 * passes);
  EXPECT_THAT(state, HasSubstr(fmt::format("pass {}</text>", passes)));
  const fs::path bell = source_folder() / "tests/quantum_sim/openqasm_files/bell_version_2.qasm";
  const std::string nothing = shown({"explain", bell, "--format", "svg"});
  EXPECT_THAT(nothing, HasSubstr("nothing to execute"));
}

// One qubit: <Z> = cos(x) cos(theta_0) after R_X(x) R_Y(theta_0) R_Z(theta_1).
TEST(CircuitCommand, FindsTheSpectrumOfOneRotation) {
  const nlohmann::json about = object({"spectrum", "--qubits", "1", "--parameters", "0.3", "-1.1"});
  const nlohmann::json& feature = about.at("outputs").at(0).at("features").at(0);
  EXPECT_EQ(feature.at("frequencies").at("values"), nlohmann::json({0.0, 1.0}));
  EXPECT_EQ(feature.at("frequencies").at("nyquist_samples"), 3);
  const nlohmann::json& terms = feature.at("coefficients");
  EXPECT_NEAR(terms.at(0).at("real").get<double>(), 0, 1e-12);
  EXPECT_NEAR(terms.at(1).at("real").get<double>(), std::cos(0.3) / 2, 1e-12);
  EXPECT_NEAR(terms.at(1).at("imaginary").get<double>(), 0, 1e-12);
  EXPECT_THAT(shown({"spectrum", "--qubits", "2", "--format", "svg"}), HasSubstr("frequencies</text>"));
  EXPECT_THAT(shown({"spectrum", "--qubits", "2"}), HasSubstr("inverting gradients"));
}

// Nearest-neighbour ZZ and a field X with an angle each on an open chain of n qubits: so(2n), n (2n - 1) dimensions.
TEST(CircuitCommand, FindsTheLieAlgebraOfAnIsingChain) {
  const TemporaryFolder folder;
  const fs::path file = written(folder,
                                "OPENQASM 3.0; include \"stdgates.inc\";\n"
                                "input array[float[64], 7] theta; qubit[4] q;\n"
                                "for int k in [0:2] rzz(theta[k]) q[k], q[k + 1];\n"
                                "for int k in [0:3] rx(theta[3 + k]) q[k];\n");
  const nlohmann::json about = object({"lie", file, "--basis", "5"});
  EXPECT_EQ(about.at("dimension"), 28);
  EXPECT_EQ(about.at("structure"), "so(8)");
  EXPECT_EQ(about.at("generators").size(), 7u);
  EXPECT_EQ(about.at("basis").size(), 5u);
  EXPECT_THAT(shown({"lie", file}), HasSubstr("so(8)"));
  // Encoding and R_Y, R_Z on one qubit: with the inputs' R_X nothing new, su(2) anyway.
  EXPECT_THAT(shown({"lie", "--qubits", "1"}), HasSubstr("--with-inputs"));
  EXPECT_EQ(object({"lie", "--qubits", "1", "--with-inputs"}).at("structure"), "su(2)");
}

// The graph of the open chain's generators is a path: Z Z and X of neighbouring places anticommute.
TEST(CircuitCommand, DrawsTheGraphOfGenerators) {
  const TemporaryFolder folder;
  const fs::path file = written(folder,
                                "OPENQASM 3.0; include \"stdgates.inc\";\n"
                                "input array[float[64], 7] theta; qubit[4] q;\n"
                                "for int k in [0:2] rzz(theta[k]) q[k], q[k + 1];\n"
                                "for int k in [0:3] rx(theta[3 + k]) q[k];\n");
  const std::string chain = shown({"lie", file, "--format", "svg"});
  EXPECT_EQ(count_of(chain, "<line "), 6u);
  EXPECT_EQ(count_of(chain, "<circle r="), 7u);
  for (const char* part : {">IZZI</text>", "7 generators, dimension 28", "so(8) by 7 generators", "</svg>"})
    EXPECT_THAT(chain, HasSubstr(part));
  // Qubits apart from one another: an ideal each, in another colour.
  const std::string apart = shown({"lie", "--qubits", "2", "--encoding", "none", "--format", "svg"});
  EXPECT_THAT(apart, HasSubstr(">2 times su(2) by 2 generators</text>"));
  EXPECT_EQ(count_of(apart, "<line stroke=\"#3f76c4\""), 1u);
  EXPECT_EQ(count_of(apart, "<line stroke=\"#d1762a\""), 1u);
  expect_refused({"lie", "--qubits", "31", "--encoding", "none", "--format", "svg"}, ErrorKind::usage,
                 "62 generators do not fit on a circle, at most 60 do");
  const fs::path bell = source_folder() / "tests/quantum_sim/openqasm_files/bell_version_2.qasm";
  expect_refused({"lie", bell, "--format", "svg"}, ErrorKind::usage, "nothing to draw");
}

TEST(CircuitCommand, WordsFollowTheirNumbers) {
  for (const char* verb : {"explain", "spectrum", "lie"}) {
    const std::string text = shown({verb, "--qubits", "1"});
    EXPECT_THAT(text, HasSubstr("\n  1 qubit, ")) << verb;
    EXPECT_THAT(text, HasSubstr(", 1 layer\n")) << verb;
  }
  EXPECT_THAT(shown({"explain", "--qubits", "1"}), HasSubstr("2 parameters, 1 input, 1 output\n"));
  EXPECT_THAT(shown({"spectrum", "--qubits", "1"}), HasSubstr("1 unknown, at most 4 solutions"));
  EXPECT_THAT(shown({"spectrum", "--qubits", "2", "--encoding", "none"}),
              HasSubstr("a constant: the circuit has no inputs"));
  EXPECT_THAT(shown({"lie", "--qubits", "50", "--encoding", "none"}), HasSubstr("50 su(2)\n"));
}

TEST(CircuitCommand, MeasurementsAtTheEndMakeWayForObservables) {
  const fs::path file = source_folder() / "tests/quantum_sim/openqasm_files/bell_version_2.qasm";
  const nlohmann::json about = object({"explain", file, "--observable", "Z0 Z1"});
  EXPECT_EQ(about.at("gates"), 2);
  EXPECT_THAT(about.at("notes").dump(), HasSubstr("2 final measurements"));
  const fs::path reset = source_folder() / "tests/quantum_sim/openqasm_files/teleportation_prefix.qasm";
  expect_refused({"explain", reset}, ErrorKind::usage, "reset");
}

TEST(CircuitCommand, RefusesWithTheNameOfTheOption) {
  const TemporaryFolder folder;
  const fs::path file = written(folder, "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit q;\n  if (true) x q;\n");
  expect_refused({"draw", file}, ErrorKind::data, "circuit.qasm:4:3: 'if'");
  expect_refused({"draw", folder.path() / "absent.qasm"}, ErrorKind::io, "absent.qasm");
  expect_refused({"draw"}, ErrorKind::usage, "--qubits");
  expect_refused({"draw", file, "--qubits", "2"}, ErrorKind::usage, "one source");
  expect_refused({"draw", "--qubits", "64"}, ErrorKind::usage, "--qubits");
  expect_refused({"draw", "--qubits", "2", "--encoding", "angel"}, ErrorKind::usage, "encoding");
  expect_refused({"draw", "--qubits", "2", "--features", "3"}, ErrorKind::usage, "features");
  expect_refused({"spectrum", "--qubits", "50"}, ErrorKind::usage, "usage error: key 'qubits': got 50");
  expect_refused({"draw", "--qubits", "2", "--set", "gama=2"}, ErrorKind::usage, "gama");
  expect_refused({"draw", "--qubits", "2", "--set", "layers=2"}, ErrorKind::usage, "layers");
  expect_refused({"draw", "--qubits", "2", "--set", "gamma=2", "gamma=3"}, ErrorKind::usage, "twice");
  expect_refused({"explain", "--qubits", "2", "--observable", "Q0"}, ErrorKind::usage, "observable \"Q0\", column 1");
  expect_refused({"explain", "--qubits", "2", "--observable", "Z2"}, ErrorKind::usage, "observable 0");
  expect_refused({"explain", "--qubits", "2", "--batch", "0"}, ErrorKind::usage, "--batch");
  expect_refused({"spectrum", "--qubits", "2", "--parameters", "1"}, ErrorKind::usage, "4 parameters");
  expect_refused({"lie", "--qubits", "3", "--layers", "3", "--max-dimension", "5"}, ErrorKind::resource, "5");
  expect_refused({"draw", "--qubits", "2", "--output", folder.path() / "no" / "where"}, ErrorKind::io, "where");
}

TEST(CircuitCommand, EveryVerbHasAnExample) {
  for (const char* verb : {"draw", "explain", "spectrum", "lie"})
    EXPECT_THAT(shown({verb, "--help"}), HasSubstr("Example:\n  tacit circuit ")) << verb;
}

}  // namespace
}  // namespace tacit::system_tests
