#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "quantum_sim/openqasm/openqasm.h"
#include "quantum_sim/state/state_readout.h"
#include "source_folder.h"

namespace tacit::quantum_sim::test {
namespace {

using Amplitudes = std::vector<std::complex<double>>;

/// What other simulators gave (bench/peers/amplitudes.py).
Amplitudes stored(const std::filesystem::path& file) {
  const nlohmann::json parsed = nlohmann::json::parse(std::ifstream(file));
  Amplitudes amplitudes;
  for (const auto& pair : parsed.at("amplitudes"))
    amplitudes.emplace_back(pair.at(0).get<double>(), pair.at(1).get<double>());
  return amplitudes;
}

TEST(PeerAmplitudes, CircuitsInOpenQasmGiveTheStatesThatOtherSimulatorsGive) {
  const std::filesystem::path folder = source_folder() / "tests/quantum_sim/peer_amplitudes";
  std::size_t compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".qasm") continue;
    SCOPED_TRACE(entry.path().filename());
    const Amplitudes expected = stored(std::filesystem::path(entry.path()).replace_extension(".json"));
    StateReadout<double> readout(read_openqasm(entry.path()).circuit);
    ASSERT_EQ(readout.size(), expected.size());
    Amplitudes actual(expected.size());
    readout.amplitudes({}, {}, actual);
    // Version 2 leaves the global phase of a file open.
    std::complex<double> overlap = 0;
    for (std::size_t j = 0; j < expected.size(); ++j) overlap += std::conj(expected[j]) * actual[j];
    EXPECT_NEAR(std::abs(overlap), 1, 1e-12);
    for (std::size_t j = 0; j < expected.size(); ++j)
      EXPECT_NEAR(std::abs(actual[j] - overlap * expected[j]), 0, 1e-12);
    ++compared;
  }
  EXPECT_EQ(compared, 3u);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
