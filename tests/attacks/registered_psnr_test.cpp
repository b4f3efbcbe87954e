#include "attacks/metrics/registered_psnr.h"

#include <cmath>
#include <numbers>

#include "attacks/metrics/image_error.h"
#include "attacks/random_vector.h"
#include "core/expect_error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

constexpr std::size_t side = 24;

/// Two blobs far from the border, moved by (down, right).
std::vector<double> blobs(double down, double right, std::size_t channels = 1) {
  std::vector<double> image;
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t i = 0; i < side; ++i)
      for (std::size_t j = 0; j < side; ++j) {
        const auto blob = [&](double row, double column, double width) {
          const double y = static_cast<double>(i) - row - down, x = static_cast<double>(j) - column - right;
          return std::exp(-(x * x + y * y) / (2 * width * width));
        };
        image.push_back(0.6 * blob(10, 9, 1.5) + 0.4 * blob(14, 15, 1.2 + 0.2 * static_cast<double>(c)));
      }
  return image;
}

double plain(const std::vector<double>& a, const std::vector<double>& b) {
  return psnr(mean_squared_error(a, b), 1);
}

TEST(RegisteredPsnr, FindsAWholeShiftExactly) {
  // A blob of finite support, so that what leaves at one border is what the other repeats.
  std::vector<double> truth(side * side), moved(side * side);
  for (std::size_t i = 8; i < 14; ++i)
    for (std::size_t j = 7; j < 16; ++j) {
      truth[i * side + j] = static_cast<double>(i * j % 7) / 7;
      moved[(i - 2) * side + j + 3] = truth[i * side + j];
    }
  const auto found = registered_psnr(moved, truth, {side, side}, 1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->psnr, std::numeric_limits<double>::infinity());
  EXPECT_EQ(found->down, -2);
  EXPECT_EQ(found->right, 3);
}

TEST(RegisteredPsnr, FindsFractionsOfAPixel) {
  const std::vector<double> truth = blobs(0, 0, 3), moved = blobs(1.25, -0.625, 3);
  const auto found = registered_psnr(moved, truth, {3, side, side}, 1);
  EXPECT_EQ(found->down, 1.25);
  EXPECT_EQ(found->right, -0.625);
  EXPECT_GT(found->psnr, 60);
  EXPECT_LT(plain(moved, truth), 30);
}

TEST(RegisteredPsnr, ShiftsCosinesOfTheMirroredImageExactly) {
  // cos(pi k (i + 1/2) / n) continues beyond the border as its mirror image, so its shift has a closed form.
  const auto wave = [](double by) {
    std::vector<double> image;
    for (std::size_t i = 0; i < side; ++i)
      for (std::size_t j = 0; j < side; ++j)
        image.push_back(std::cos(std::numbers::pi * 3 * (static_cast<double>(j) + 0.5 + by) / side));
    return image;
  };
  const auto found = registered_psnr(wave(0), wave(0.375), {side, side}, 2);
  EXPECT_EQ(found->right, 0.375);
  EXPECT_GT(found->psnr, 250) << "nothing but rounding is left";
}

TEST(RegisteredPsnr, DoesNotRewardNoise) {
  RandomStream random({3, Purpose::test, 0, 0});
  const std::vector<double> truth = blobs(0, 0);
  std::vector<double> noisy = truth;
  for (double& pixel : noisy) pixel += 0.2 * random.normal();
  const double gain = registered_psnr(noisy, truth, {side, side}, 1)->psnr - plain(noisy, truth);
  EXPECT_GE(gain, 0);
  EXPECT_LT(gain, 0.1);
}

TEST(RegisteredPsnr, OfAnotherImageStaysLow) {
  const auto other = uniform_vector(side * side, 0, 1, 5);
  const double gain = registered_psnr(other, blobs(0, 0), {side, side}, 1)->psnr - plain(other, blobs(0, 0));
  EXPECT_GE(gain, 0);
  EXPECT_LT(gain, 1);
}

TEST(RegisteredPsnr, OfWhatIsNoImageOrNotFinite) {
  EXPECT_FALSE(registered_psnr(std::vector<double>(4), std::vector<double>(4), {4}, 1));
  std::vector<double> broken = blobs(0, 0);
  broken[5] = std::nan("");
  EXPECT_EQ(registered_psnr(broken, blobs(0, 0), {side, side}, 1)->psnr, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(registered_psnr(blobs(0, 0), blobs(0, 0), {side, side}, 1)->psnr, std::numeric_limits<double>::infinity());
  expect_error(
      [] {
        registered_psnr(std::vector<double>(4), std::vector<double>(9), {3, 3}, 1);
      },
      ErrorKind::usage, {"4", "9"});
  EXPECT_TRUE(registered_psnr(std::vector<double>(1), std::vector<double>(1), {1, 1}, 1)) << "one pixel is an image";
}

}  // namespace
}  // namespace tacit::attacks
