#include "privacy/compression/quantise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "core/error.h"
#include "core/random.h"

namespace tacit::privacy {
namespace {

std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> result;
  for (const unsigned value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

std::vector<float> random_values(std::size_t count, float scale, std::uint32_t stream) {
  RandomStream random(RandomKey{.seed = 11, .purpose = Purpose::test, .round = stream});
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.uniform(-scale, scale));
  return values;
}

std::string refusal(const std::function<void()>& action, ErrorKind kind) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

// By hand: 3 bits give m = 3, so with scale 3 the step is 1 and the codes k + 3 are {0, 3, 6, 4, 2}.
TEST(Quantise, PacksKnownCodes) {
  const std::vector<float> values{-3, 0, 3, 1, -1};
  // 0 | 3 << 3 | 6 << 6 | 4 << 9 | 2 << 12 = 0x2998
  EXPECT_EQ(quantise(values, 3, 3.0f), bytes({0x98, 0x29}));
}

TEST(Quantise, RoundsTiesToEvenLevels) {
  const std::vector<float> values{0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f};
  std::vector<float> back(values.size());
  dequantise(quantise(values, 3, 3.0f), 3, 3.0f, back);
  EXPECT_EQ(back, (std::vector<float>{0, 2, 2, 0, -2, -2}));
}

// A value at level k + f goes to k + 1 with probability f, so the mean of N draws has variance f (1 - f) / N.
TEST(Quantise, StochasticRoundingIsRightInTheMean) {
  constexpr std::size_t count = 40'000;
  for (const unsigned bits : {2u, 3u, 8u}) {
    const double step = 1.0 / ((1 << (bits - 1)) - 1);
    for (const float value : {-1.0f, -0.83f, -0.01f, 0.0f, 0.3f, 0.999f, 1.0f}) {
      RandomStream stream(RandomKey{.seed = 3, .purpose = Purpose::test, .round = bits});
      std::vector<float> back(count);
      dequantise(quantise(std::vector<float>(count, value), bits, 1.0f, stream), bits, 1.0f, back);
      double mean = 0;
      for (const float one : back) {
        ASSERT_LT(std::abs(one - value), step + 1e-6) << "not a neighbouring level";
        mean += static_cast<double>(one) / count;
      }
      EXPECT_NEAR(mean, value, 4 * step / 2 / std::sqrt(count) + 1e-6) << value << " in " << bits << " bits";
    }
  }
}

TEST(Quantise, StochasticRoundingFollowsItsStreamAndRefusesTheSame) {
  const std::vector<float> values = random_values(500, 1.0f, 1);
  const auto packed = [&](std::uint64_t seed) {
    RandomStream stream(RandomKey{.seed = seed, .purpose = Purpose::test});
    return quantise(values, 4, 1.0f, stream);
  };
  EXPECT_EQ(packed(1), packed(1));
  EXPECT_NE(packed(1), packed(2));
  RandomStream stream(RandomKey{.seed = 1, .purpose = Purpose::test});
  refusal([&] { quantise(values, 0, 1.0f, stream); }, ErrorKind::usage);
  refusal([&] { quantise(values, 4, 0.1f, stream); }, ErrorKind::data);
}

TEST(Quantise, ErrorStaysWithinHalfAStepForEveryWidth) {
  for (unsigned bits = least_quantise_bits; bits <= most_quantise_bits; ++bits) {
    const std::vector<float> values = random_values(1001, 0.37f, bits);
    const float scale = quantise_scale(values);
    const std::vector<std::byte> packed = quantise(values, bits, scale);
    ASSERT_EQ(packed.size(), quantised_bytes(values.size(), bits));
    std::vector<float> back(values.size());
    dequantise(packed, bits, scale, back);
    const double half_step = scale / (2.0 * ((1 << (bits - 1)) - 1));
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_LE(std::abs(double{back[i]} - values[i]), half_step + scale * 0x1p-23)
          << "bits " << bits << " index " << i;
    }
    EXPECT_EQ(quantise(back, bits, scale), packed) << "grid values must quantise to themselves, bits " << bits;
  }
}

TEST(Quantise, EndsOfTheRangeAreExact) {
  const std::vector<float> values{-0.1f, 0.1f};
  for (unsigned bits = least_quantise_bits; bits <= most_quantise_bits; ++bits) {
    std::vector<float> back(2);
    dequantise(quantise(values, bits, 0.1f), bits, 0.1f, back);
    EXPECT_EQ(back, values);
  }
}

TEST(Quantise, ZeroScaleAndNothingAtAll) {
  const std::vector<float> zeros(5, 0.0f);
  EXPECT_EQ(quantise_scale(zeros), 0.0f);
  std::vector<float> back(5, 9.0f);
  dequantise(quantise(zeros, 4, 0.0f), 4, 0.0f, back);
  EXPECT_EQ(back, zeros);
  EXPECT_EQ(quantise_scale({}), 0.0f);
  EXPECT_TRUE(quantise({}, 8, 1.0f).empty());
}

TEST(Quantise, RefusesBadValuesByIndex) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float bad : {nan, infinity, -infinity, 1.5f}) {
    const std::vector<float> values{0.5f, -1.0f, bad};
    EXPECT_NE(refusal([&] { quantise(values, 8, 1.0f); }, ErrorKind::data).find("value 2"), std::string::npos);
  }
  EXPECT_NE(refusal(
                [&] {
                  quantise_scale(std::vector<float>{0, nan});
                },
                ErrorKind::data)
                .find("value 1"),
            std::string::npos);
}

TEST(Quantise, RefusesBadSettings) {
  const std::vector<float> values{0.0f};
  for (const unsigned bits : {0u, 1u, 17u, 64u}) refusal([&] { quantise(values, bits, 1.0f); }, ErrorKind::usage);
  for (const float scale : {-1.0f, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    refusal([&] { quantise(values, 8, scale); }, ErrorKind::usage);
  }
  refusal([&] { quantised_bytes(std::numeric_limits<std::size_t>::max() / 2, 8); }, ErrorKind::usage);
}

TEST(Dequantise, RefusesHostileBytesAndKeepsTheOutput) {
  const std::vector<float> before{7, 8, 9};
  std::vector<float> out = before;
  refusal([&] { dequantise(bytes({0x00}), 3, 1.0f, out); }, ErrorKind::data);
  refusal([&] { dequantise(bytes({0x00, 0x00, 0x00}), 3, 1.0f, out); }, ErrorKind::data);
  // Code 7 of 3 bits is outside the grid; here it is the second one.
  EXPECT_NE(refusal(
                [&] {
                  dequantise(bytes({0x38, 0x00}), 3, 1.0f, out);
                },
                ErrorKind::data)
                .find("value 1"),
            std::string::npos);
  refusal([&] { dequantise(bytes({0x00, 0x02}), 3, 1.0f, out); }, ErrorKind::data);  // an unused bit is set
  refusal([&] { dequantise(bytes({0x00, 0x00}), 17, 1.0f, out); }, ErrorKind::data);
  refusal([&] { dequantise(bytes({0x00, 0x00}), 3, -1.0f, out); }, ErrorKind::data);
  EXPECT_EQ(out, before);
}

TEST(Dequantise, TakesAnyBytesWithoutCrashing) {
  RandomStream random(RandomKey{.seed = 12, .purpose = Purpose::test});
  std::size_t accepted = 0;
  for (int trial = 0; trial < 5000; ++trial) {
    std::vector<std::byte> packed(random.below(20));
    for (std::byte& byte : packed) byte = static_cast<std::byte>(random.below(256));
    const auto bits = static_cast<unsigned>(random.below(20));
    std::vector<float> out(random.below(12));
    try {
      dequantise(packed, bits, 1.0f, out);
      ++accepted;
      for (const float value : out) ASSERT_LE(std::fabs(value), 1.0f);
      ASSERT_EQ(quantise(out, bits, 1.0f), packed) << "what is accepted has exactly one form";
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::data) << error.what();
    }
  }
  EXPECT_GT(accepted, 0u);
}

}  // namespace
}  // namespace tacit::privacy
