#include "privacy/compression/signs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "refusal.h"

namespace tacit::privacy {
namespace {

// By hand: negative at 1, 2 and 8, so bytes 0b110 and 0b1.
TEST(Signs, PackKnownBits) {
  const std::vector<float> values{1, -2, -0.5f, 0, 3, 1, 1, 1, -1.5f};
  const std::vector<std::byte> packed = pack_signs(values);
  EXPECT_EQ(packed, (std::vector<std::byte>{std::byte{0b110}, std::byte{0b1}}));
  const float scale = sign_scale(values);
  EXPECT_FLOAT_EQ(scale, 11.0f / 9);
  std::vector<float> back(9);
  unpack_signs(packed, scale, back);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(back[i], values[i] < 0 ? -scale : scale);
}

TEST(Signs, NothingAtAllAndOnlyZeros) {
  EXPECT_EQ(sign_scale({}), 0);
  EXPECT_TRUE(pack_signs({}).empty());
  unpack_signs({}, 0, {});
  const std::vector<float> zeros(3);
  EXPECT_EQ(sign_scale(zeros), 0);
  std::vector<float> back(3, 1.0f);
  unpack_signs(pack_signs(zeros), 0, back);
  EXPECT_EQ(back, zeros);
}

TEST(Signs, RefuseForeignBytesAndLeaveTheTargetAlone) {
  std::vector<float> out(9, 7.0f);
  const std::vector<std::byte> good(2), stray{std::byte{0}, std::byte{2}};
  refusal(ErrorKind::data, [&] { unpack_signs(std::span(good).first(1), 1, out); });
  refusal(ErrorKind::data, [&] { unpack_signs(stray, 1, out); });
  for (const float scale : {-1.0f, std::numeric_limits<float>::infinity(), std::nanf("")})
    refusal(ErrorKind::data, [&] { unpack_signs(good, scale, out); });
  EXPECT_EQ(out, std::vector<float>(9, 7.0f));
  EXPECT_NE(refusal(ErrorKind::data,
                    [] {
                      sign_scale(std::vector<float>{0, std::nanf("")});
                    })
                .find("value 1"),
            std::string::npos);
}

}  // namespace
}  // namespace tacit::privacy
