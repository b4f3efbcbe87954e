#include "bench/circuit_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "bench/circuit_cases.h"
#include "core/error.h"

namespace tacit::bench {
namespace {

using Complex = std::complex<double>;

/// The circuit that bench/circuit_work.h describes, gate by gate on amplitudes, with nothing of the simulator.
class Textbook {
 public:
  explicit Textbook(std::uint32_t qubits) : qubits_(qubits) {}

  double z0(const std::vector<double>& theta, std::size_t sample) {
    amplitudes_.assign(std::size_t{1} << qubits_, 0);
    amplitudes_[0] = 1;
    for (std::uint32_t i = 0; i < qubits_; ++i) {
      const double x = std::sin(0.3 * static_cast<double>(sample * qubits_ + i + 1));
      one(i, std::cos(x / 2), {0, -std::sin(x / 2)}, {0, -std::sin(x / 2)}, std::cos(x / 2));
    }
    std::size_t next = 0;
    for (int layer = 0; layer < 10; ++layer) {
      for (std::uint32_t i = 0; i < qubits_; ++i) {
        const double y = theta[next++] / 2, z = theta[next++] / 2;
        one(i, std::cos(y), -std::sin(y), std::sin(y), std::cos(y));
        one(i, std::polar(1.0, -z), 0, 0, std::polar(1.0, z));
      }
      for (std::uint32_t i = 0; i < qubits_; ++i) cnot(i, (i + 1) % qubits_);
    }
    double value = 0;
    for (std::size_t row = 0; row < amplitudes_.size(); ++row)
      value += (row & 1 ? -1 : 1) * std::norm(amplitudes_[row]);
    return value;
  }

 private:
  void one(std::uint32_t qubit, Complex a, Complex b, Complex c, Complex d) {
    const std::size_t bit = std::size_t{1} << qubit;
    for (std::size_t row = 0; row < amplitudes_.size(); ++row) {
      if (row & bit) continue;
      const Complex zero = amplitudes_[row], one = amplitudes_[row | bit];
      amplitudes_[row] = a * zero + b * one;
      amplitudes_[row | bit] = c * zero + d * one;
    }
  }
  void cnot(std::uint32_t control, std::uint32_t target) {
    for (std::size_t row = 0; row < amplitudes_.size(); ++row)
      if ((row >> control & 1) && !(row >> target & 1)) std::swap(amplitudes_[row], amplitudes_[row ^ (1U << target)]);
  }

  std::uint32_t qubits_;
  std::vector<Complex> amplitudes_;
};

std::vector<double> parameters(std::uint32_t qubits) {
  std::vector<double> theta(20 * qubits);
  for (std::size_t k = 0; k < theta.size(); ++k) theta[k] = std::sin(0.7 * static_cast<double>(k + 1));
  return theta;
}

std::vector<double> textbook_outputs(const CircuitCase& which) {
  Textbook textbook(which.qubits);
  std::vector<double> values(which.batch);
  for (std::size_t b = 0; b < which.batch; ++b) values[b] = textbook.z0(parameters(which.qubits), b);
  return values;
}

/// The parameter-shift rule is exact for rotations: half the difference at plus and minus a right angle.
std::vector<double> textbook_gradient(const CircuitCase& which) {
  Textbook textbook(which.qubits);
  std::vector<double> theta = parameters(which.qubits), gradient(theta.size());
  for (std::size_t k = 0; k < theta.size(); ++k)
    for (std::size_t b = 0; b < which.batch; ++b)
      for (const double sign : {1.0, -1.0}) {
        theta[k] += sign * std::numbers::pi / 2;
        gradient[k] += sign / 2 * textbook.z0(theta, b);
        theta[k] -= sign * std::numbers::pi / 2;
      }
  return gradient;
}

void expect_near(const std::vector<double>& values, const std::vector<double>& truth, double tolerance) {
  ASSERT_EQ(values.size(), truth.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], truth[i], tolerance) << "at " << i;
}

void expect_textbook_numbers(const CircuitCase& which) {
  SCOPED_TRACE(fmt::format("{} {} {} qubits, batch {}, {} threads", to_string(which.work), which.precision,
                           which.qubits, which.batch, which.threads));
  const double tolerance = which.precision == "float" ? 1e-5 : 1e-10;
  const auto work = prepare(which);
  work->call();
  work->call();  // Written, not added to.
  if (which.work != Work::tangent) expect_near(work->outputs(), textbook_outputs(which), tolerance);
  if (which.work != Work::forward) expect_near(work->gradient(), textbook_gradient(which), tolerance);
}

TEST(CircuitWork, ComputesWhatIsWrittenAboutIt) {
  for (const Work work : {Work::forward, Work::gradient, Work::gradient_and_inputs, Work::tangent})
    for (const char* precision : {"float", "double"})
      for (const std::size_t batch : {1, 5}) expect_textbook_numbers({work, precision, 3, batch, 1});
}

TEST(CircuitWork, TheNumberOfThreadsChangesNoBit) {
  for (const char* precision : {"float", "double"})
    for (CircuitCase which : {CircuitCase{Work::gradient, precision, 15, 1}, {Work::gradient, precision, 4, 100}}) {
      const auto alone = prepare(which);
      which.threads = 2;
      const auto together = prepare(which);
      alone->call();
      together->call();
      EXPECT_EQ(alone->outputs(), together->outputs());
      EXPECT_EQ(alone->gradient(), together->gradient());
    }
}

TEST(CircuitWork, RefusesWhatThereIsNot) {
  EXPECT_THROW(work_from_string("gradeint"), Error);
  EXPECT_THROW(prepare({Work::forward, "half", 3, 1, 1}), Error);
  EXPECT_THROW(prepare({Work::forward, "float", 3, 0, 1}), Error);
  EXPECT_THROW(prepare({Work::forward, "float", 3, 1, 0}), Error);
  EXPECT_THROW(prepare({Work::forward, "float", 99, 1, 1}), Error);
}

TEST(CircuitWork, NamesGoBothWays) {
  for (const Work work : {Work::forward, Work::gradient, Work::gradient_and_inputs, Work::tangent})
    EXPECT_EQ(work_from_string(to_string(work)), work);
}

// 10 layers of n qubits, 2^(n-1) pairs of amplitudes each, 12 or 42 operations a pair and sample.
TEST(CircuitWork, CountsTheFloor) {
  EXPECT_EQ(multiply_adds({Work::forward, "float", 8, 256, 1}), 10.0 * 8 * 128 * 256 * 12);
  EXPECT_EQ(multiply_adds({Work::tangent, "double", 3, 1, 2}), 10.0 * 3 * 4 * 42);
}

TEST(CircuitCases, TheTableHoldsNoCaseTwice) {
  for (const Extent extent : {Extent::all, Extent::quick}) {
    std::vector<std::string> keys;
    for (const CircuitCase& each : circuit_cases(extent))
      keys.push_back(
          fmt::format("{} {} {} {} {}", to_string(each.work), each.precision, each.qubits, each.batch, each.threads));
    const std::size_t rows = keys.size();
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    EXPECT_EQ(keys.size(), rows);
  }
}

}  // namespace
}  // namespace tacit::bench
