#include "quantum_sim/openqasm/limits.h"
#include "quantum_sim/openqasm/openqasm.h"
#include "refusal.h"

namespace tacit::quantum_sim::test {
namespace {

using ::testing::HasSubstr;

std::string refused(const std::string& text) {
  return refusal(ErrorKind::data, [&] { import_openqasm(text, "file.qasm"); });
}

constexpr const char* three =
    "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[3] q;\nbit[3] c;\ninput float x;\ninput float y;\n";

// Line 7 of what stands before it is the line under test.
void expect_refused(const std::string& line, std::size_t column, const std::vector<std::string>& parts) {
  const std::string message = refused(std::string(three) + line);
  EXPECT_THAT(message, HasSubstr(fmt::format("file.qasm:7:{}: ", column))) << line;
  for (const std::string& part : parts) EXPECT_THAT(message, HasSubstr(part)) << line;
}

TEST(OpenQasmRefusal, StatementsOutsideTheSubset) {
  expect_refused("if (c[0] == 1) x q[0];", 1, {"'if'", "supported are", "measure"});
  expect_refused("  while (true) { x q[0]; }", 3, {"'while'"});
  expect_refused("def f(qubit a) { x a; }", 1, {"'def'"});
  expect_refused("int i = 3;", 1, {"'int'"});
  expect_refused("opaque magic a;", 1, {"opaque"});
  expect_refused("delay[100ns] q[0];", 1, {"'delay'"});
  expect_refused("c[0] = 1;", 8, {"measure", "the number 1"});
  expect_refused("for int i in [0:2] { qubit r; }", 22, {"'qubit'", "block"});
  expect_refused("gate g a { reset a; }", 12, {"'reset'", "gate"});
  expect_refused("gate g a { x q[0]; }", 14, {"'g'", "own qubits"});
  expect_refused("output int n;", 8, {"'bit'", "'int'"});
  expect_refused("measure q[0];", 13, {"->"});
  expect_refused("12;", 1, {"the number 12"});
  expect_refused("x q[0]", 7, {"';'", "end of the file"});
  expect_refused("OPENQASM 3.0;", 1, {"once"});
  expect_refused("include \"other.inc\";", 9, {"other.inc", "stdgates.inc"});
  expect_refused("@tacit.weights\ninput float w;", 1, {"tacit.weights", "tacit.parameter"});
  EXPECT_THAT(refused("OPENQASM 2.0;\nqubit[2] q;"), HasSubstr("2:1: 'qubit' is a statement of OpenQASM 3"));
  EXPECT_THAT(refused("OPENQASM 2.0;\nqreg q[2];\ninput float x;"), HasSubstr("3:1"));
  EXPECT_THAT(refused("OPENQASM 1.0;"), HasSubstr("1:10: OpenQASM 2.0, 3.0 and 3.1"));
  EXPECT_THAT(refused("OPENQASM 3;"), HasSubstr("declares no qubits"));
}

TEST(OpenQasmRefusal, GatesAndOperands) {
  expect_refused("frobnicate q[0];", 1, {"'frobnicate'", "neither"});
  expect_refused("rx q[0];", 1, {"'rx'", "takes 1 angle, not 0"});
  expect_refused("cx q[0];", 1, {"'cx'", "takes 2 qubits here, not 1"});
  expect_refused("cx q[0], q[0];", 10, {"q[0]", "named twice"});
  expect_refused("ctrl @ x q[0], q[0];", 16, {"named twice"});
  expect_refused("x q[3];", 5, {"3", "-3 to 2"});
  expect_refused("x q[0.5];", 5, {"whole number"});
  expect_refused("x r[0];", 3, {"'r'", "qubits"});
  expect_refused("x c[0];", 3, {"'c'"});
  expect_refused("x $0;", 3, {"physical"});
  expect_refused("qubit[2] r; cx q, r;", 19, {"'r' has 2", "'q'", "3"});
  expect_refused("qubit q;", 7, {"'q'", "twice"});
  expect_refused("qubit[64] r;", 11, {"63", "67"});
  expect_refused("qubit[0] r;", 7, {"1 to"});
  expect_refused("c = measure q[0];", 13, {"1 qubits", "3 bits"});
  expect_refused("gate g a { g a; }", 12, {"'g'", "neither"});
  expect_refused("gate g a, a { x a; }", 6, {"two", "'a'"});
  expect_refused("gate h a { h a; }", 6, {"'h'", "standard"});
  expect_refused("gate g a { x a; } gate g a { y a; }", 24, {"twice"});
  expect_refused("gphase(1) q[0];", 7, {"gphase", "0"});
  expect_refused("pow(0.5) @ swap q[0], q[1];", 12, {"not whole", "'swap'"});
  expect_refused("pow(0.5) @ rx(x) q[0];", 12, {"constant"});
  expect_refused("ctrl(0) @ x q[0];", 6, {"1 to 63"});
  EXPECT_THAT(refused("qubit q; h q;"), HasSubstr("1:10: the gate 'h' needs include \"stdgates.inc\""));
}

TEST(OpenQasmRefusal, Angles) {
  expect_refused("rx(x + y) q[0];", 6, {"'+'", "offset + scale"});
  expect_refused("rx(x * y * x) q[0];", 10, {"'*'"});
  expect_refused("rx(1 / x) q[0];", 6, {"'/'"});
  expect_refused("rx(1 / 0) q[0];", 6, {"division by zero"});
  expect_refused("rx(sin(x)) q[0];", 4, {"sin"});
  expect_refused("rx(arccos(2 * x)) q[0];", 4, {"arccos"});
  expect_refused("rx(arccos(2)) q[0];", 4, {"not finite"});
  expect_refused("rx(log(0)) q[0];", 4, {"not finite"});
  expect_refused("rx(1e308 * 10) q[0];", 10, {"not finite"});
  expect_refused("rx(1e999) q[0];", 4, {"1e999"});
  expect_refused("rx(z) q[0];", 4, {"'z'"});
  expect_refused("rx(frob(1)) q[0];", 4, {"'frob'", "arccos"});
  expect_refused("rx(1 +) q[0];", 7, {"')'"});
  expect_refused("qubit[x] r;", 7, {"constant"});
  expect_refused("const int k = 7 / 2;", 17, {"integer", "3.5"});
  expect_refused("input array[float, 2] w; rx(w) q[0];", 29, {"array", "w[0]"});
  expect_refused("input array[float, 2] w; rx(w[2]) q[0];", 31, {"2", "-2 to 1"});
  expect_refused("input int n;", 7, {"float", "'int'"});
}

TEST(OpenQasmRefusal, CharactersAndComments) {
  expect_refused("x q[0]; `", 9, {"code 96"});
  expect_refused("x q[0]; /* never closed", 9, {"*/"});
  expect_refused("include \"stdgates.inc;", 9, {"not closed"});
  expect_refused("rx(0x) q[0];", 4, {"0x"});
  expect_refused("rx(3ns) q[0];", 4, {"3ns"});
  expect_refused(std::string("x q[0];\0", 8), 8, {"code 0"});
  // A column counts characters, not bytes.
  expect_refused("/* θφλ */ frobnicate q[0];", 11, {"frobnicate"});
}

TEST(OpenQasmRefusal, EverythingIsBounded) {
  const std::string deep(5'000, '('), signs(5'000, '-');
  EXPECT_THAT(refused(three + ("rx(" + deep)), HasSubstr("nest at most 100"));
  EXPECT_THAT(refused(three + ("rx(" + signs + "1) q[0];")), HasSubstr("nest at most 100"));
  std::string chain = "rx(1", blocks, powers = "rx(2";
  for (int i = 0; i < 5'000; ++i) chain += "+1", blocks += "for int i in [0:1] {", powers += "**2";
  EXPECT_THAT(refused(three + chain + ") q[0];"), HasSubstr("at most 100 operators"));
  EXPECT_THAT(refused(three + powers + ") q[0];"), HasSubstr("at most 100"));
  EXPECT_THAT(refused(three + blocks), HasSubstr("nest at most 100"));

  std::string doubling = "gate g0 a { }\n", tower = "gate g0 a { x a; }\n";
  for (int i = 1; i < 60; ++i) doubling += fmt::format("gate g{} a {{ g{} a; g{} a; }}\n", i, i - 1, i - 1);
  for (int i = 1; i < 200; ++i) tower += fmt::format("gate g{} a {{ g{} a; }}\n", i, i - 1);
  EXPECT_THAT(refused(three + doubling + "g59 q[0];"), HasSubstr("steps"));
  EXPECT_THAT(refused(three + tower + "g199 q[0];"), HasSubstr("at most 100 deep"));
  EXPECT_THAT(refused(three + std::string("for int i in [0:2000000000] { }")), HasSubstr("values"));
  EXPECT_THAT(refused(three + std::string("for int i in [0:3000] for int j in [0:3000] { }")), HasSubstr("steps"));
  EXPECT_THAT(refused(three + std::string("pow(1000000) @ swap q[0], q[1]; pow(100) @ swap q[0], q[1];")),
              HasSubstr("gates"));
  EXPECT_THAT(refused(three + std::string("pow(1e300) @ h q[0];")), HasSubstr("more than"));
  EXPECT_THAT(refused(std::string(openqasm::max_file_bytes + 1, ' ')), HasSubstr("bytes"));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
