#include "attacks/report_sample.h"

#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "core/random.h"

namespace tacit::attacks::report {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Glyph = std::array<std::string_view, 8>;
// Ink from 0 (space) to 9.
constexpr std::array<Glyph, 3> kDigits = {{
    {"  3984  ", " 29527  ", " 82  46 ", " 8    8 ", " 8    8 ", " 83  26 ", " 29379  ", "  3894  "},
    {"   297  ", "  4997  ", " 79 97  ", "    97  ", "    97  ", "    97  ", "   297  ", "  89999 "},
    {"  6995  ", " 93  93 ", "     93 ", "   493  ", "  894   ", " 96     ", " 9924983", " 3788884"},
}};

Image drawn(const Glyph& glyph, double noise, std::uint32_t stream) {
  RandomStream random({.seed = 7, .purpose = Purpose::test, .client = stream});
  Image image{1, 8, 8, {}};
  for (const std::string_view row : glyph)
    for (const char ink : row)
      image.pixels.push_back(static_cast<float>((ink == ' ' ? 0.0 : (ink - '0') / 9.0) + noise * random.normal()));
  return image;
}

Image constant(float value) {
  return {1, 8, 8, std::vector<float>(64, value)};
}

Quality quality(double mse, double ssim) {
  return {mse, mse == 0 ? kInfinity : -10 * std::log10(mse), ssim, {}};
}

ResultRow result(std::string name, std::string source, std::string scenario, double labels,
                 const std::vector<Quality>& examples) {
  ResultRow row{std::move(name), std::move(source), std::move(scenario), labels, {}, {}, examples, 8, 2000, 41.7, ""};
  double mse = 0;
  double ssim = 0;
  row.best = examples.front();
  for (const Quality& example : examples) {
    mse += *example.mse / static_cast<double>(examples.size());
    ssim += *example.ssim / static_cast<double>(examples.size());
    if (*example.mse < *row.best.mse) row.best = example;
  }
  row.mean = quality(mse, ssim);
  return row;
}

std::vector<Quality> repeated(double mse, double ssim) {
  std::vector<Quality> examples;
  for (int i = 0; i < 5; ++i) examples.push_back(quality(mse * (1 + 0.1 * i), ssim));
  return examples;
}

ResultRow baseline(std::string name, std::string scenario, std::vector<Quality> examples) {
  ResultRow row = result(std::move(name), "", std::move(scenario), 0.1, examples);
  row.label_accuracy = row.restarts = row.iterations = std::nullopt;
  row.seconds = std::nullopt;
  return row;
}

std::vector<CurvePoint> curve(double reach, double rate) {
  std::vector<CurvePoint> points;
  for (std::uint32_t round = 1; round <= 20; ++round) {
    const double progress = 1 - std::exp(-rate * round);
    points.push_back({round, 0.1 + (reach - 0.1) * progress, 2.3 - (2.3 - 0.4 / reach) * progress});
  }
  return points;
}

ThreatModel threat_model() {
  return {
      "An honest-but-curious coordinator reads every message of one client. It knows the architecture, the global "
      "model "
      "of each round and the training settings, and changes nothing.",
      {{"Architecture and global model", true, "sent by the coordinator itself"},
       {"Learning rate, local steps, batch size", true, "part of the configuration"},
       {"Number of examples", true, "sent with the update for weighting"},
       {"Labels", false, "recovered by the attack"},
       {"True inputs", false, "used after the attack, for the measures only"}}};
}

PictureRow pictures(std::size_t digit) {
  const auto stream = static_cast<std::uint32_t>(digit);
  return {"Example " + std::to_string(digit + 1),
          {{drawn(kDigits[digit], 0, stream), "original"},
           {drawn(kDigits[digit], 0, stream), "Gradient ratio, MSE 2.1e-13"},
           {drawn(kDigits[digit], 0.25, 10 + stream), "Inverting gradients, MSE 0.062"},
           {constant(0.5f), "grey image"},
           {constant(0.3f), "mean image"},
           {drawn(kDigits[digit], 5, 20 + stream), "noise gradient"}}};
}

AuditCase perceptron() {
  const std::string one = "one example gradient";
  const std::string update = "round 20 FedAvg update of 287 examples";
  AuditCase audited;
  audited.name = "MLP";
  audited.model = "64-32-10 perceptron with tanh, cross-entropy, digits of 8 x 8 pixels";
  audited.parameter_count = 2410;
  audited.clients = 5;
  audited.rounds = 20;
  audited.curve = curve(0.956, 0.35);
  audited.final_test_accuracy = 0.9556;
  audited.bytes_up = 964000;
  audited.bytes_down = 1012345;
  audited.model_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  audited.threat_model = threat_model();
  audited.attacks = {result("Gradient ratio (first layer)", "Phong et al. 2018", one, 1.0, repeated(2.1e-13, 1.0)),
                     result("Inverting gradients", "Geiping et al. 2020", one, 1.0, repeated(0.0041, 0.93)),
                     result("Inverting gradients", "Geiping et al. 2020", update, 0.71, repeated(0.062, 0.21))};
  audited.attacks[0].restarts = 1;
  audited.attacks[0].iterations = 1;
  audited.attacks[0].seconds = 0.0021;
  audited.attacks[2].note = "batch order matched by assignment";
  for (const std::string& scenario : {one, update}) {
    audited.baselines.push_back(baseline("Grey image", scenario, repeated(0.181, 0.02)));
    audited.baselines.push_back(baseline("Mean image", scenario, repeated(0.0721, 0.31)));
    audited.baselines.push_back(baseline("Noise gradient", scenario, repeated(0.24, 0.01)));
    audited.baselines.back().source = "Guo et al. 2025";
    audited.baselines.back().label_accuracy = 0.2;
  }
  audited.pictures = {pictures(0), pictures(1), pictures(2)};
  return audited;
}

AuditCase circuit() {
  const std::string one = "one example gradient";
  AuditCase audited;
  audited.name = "VQC";
  audited.model = "6 qubits, Fourier tower of base 5 with 2 qubits a feature, 4 layers of R_Y R_Z and a CNOT chain";
  audited.parameter_count = 48;
  audited.clients = 5;
  audited.rounds = 20;
  audited.curve = curve(0.81, 0.2);
  audited.final_test_accuracy = 0.806;
  audited.bytes_up = 19200;
  audited.epsilon = 3.2;
  audited.delta = 1e-5;
  audited.model_sha256 = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
  audited.threat_model = threat_model();
  audited.attacks = {result("L-BFGS matching", "Kumar et al. 2023", one, 1.0, repeated(0.069, 0.3))};
  audited.attacks[0].mean.circular_distance = 1.31;
  audited.attacks[0].mean.ssim = std::numeric_limits<double>::quiet_NaN();
  audited.baselines = {baseline("Mean image", one, repeated(0.0721, 0.31))};
  audited.baselines[0].mean.circular_distance = 1.57;
  audited.baselines[0].label_accuracy = 0.1;
  audited.pictures = {{"Example 2",
                       {{drawn(kDigits[1], 0, 1), "original"},
                        {drawn(kDigits[1], 0.4, 31), "L-BFGS matching, MSE 0.069"},
                        {constant(0.3f), "mean image"}}}};
  return audited;
}

}  // namespace

ReportData sample_report() {
  return {"Leakage audit: digits, five clients",
          "2026-03-01 12:00 UTC",
          "tacit 0.1.0",
          "[data]\nname = \"digits\"\nclients = 5\n\n[training]\nrounds = 20\nlearning_rate = 0.1\n",
          {perceptron(), circuit()}};
}

}  // namespace tacit::attacks::report
