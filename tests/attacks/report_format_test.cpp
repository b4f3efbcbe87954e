#include <cmath>
#include <limits>

#include "attacks/report/number_format.h"
#include "attacks/report/text.h"
#include "core/random.h"

namespace tacit::attacks::report {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(NumberFormat, HasThreeSignificantDigits) {
  EXPECT_EQ(format_number(0.0), "0");
  EXPECT_EQ(format_number(18.0), "18.0");
  EXPECT_EQ(format_number(0.12345), "0.123");
  EXPECT_EQ(format_number(0.99951), "1.00");
  EXPECT_EQ(format_number(9.996), "10.0");
  EXPECT_EQ(format_number(-0.0123), "-0.0123");
  EXPECT_EQ(format_number(287.4), "287");
  EXPECT_EQ(format_number(12345.0), "12345");
}

TEST(NumberFormat, IsScientificWhereSmallOrHuge) {
  EXPECT_EQ(format_number(0.001), "0.00100");
  EXPECT_EQ(format_number(0.000999), "9.99e-4");
  EXPECT_EQ(format_number(3.2e-13), "3.20e-13");
  EXPECT_EQ(format_number(-2.5e120), "-2.50e120");
}

TEST(NumberFormat, ShowsAbsentAndInfiniteValues) {
  EXPECT_EQ(format_number(std::nullopt), "–");
  EXPECT_EQ(format_number(kNan), "–");
  EXPECT_EQ(format_number(kInfinity), "∞");
  EXPECT_EQ(format_psnr(kInfinity), "exact (∞)");
  EXPECT_EQ(format_psnr(kNan), "–");
  EXPECT_EQ(format_psnr(-3.456), "-3.46");
  EXPECT_EQ(format_percent(kNan), "–");
  EXPECT_EQ(format_seconds(kInfinity), "–");
  EXPECT_EQ(format_bytes(std::nullopt), "–");
}

TEST(NumberFormat, OfOtherUnits) {
  EXPECT_EQ(format_percent(0.97444), "97.4%");
  EXPECT_EQ(format_count(7), "7");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1234567), "1.23 MB");
  EXPECT_EQ(format_bytes(999'999), "1.00 MB");
  EXPECT_EQ(format_bytes(std::numeric_limits<std::uint64_t>::max()), "18.4 EB");
  EXPECT_EQ(format_seconds(0.5321), "0.532 s");
  EXPECT_EQ(format_seconds(199.7), "3 min 20 s");
  EXPECT_EQ(format_seconds(7500), "2 h 5 min");
}

TEST(Text, ReplacesWhatCouldRewriteATerminalOrDisguiseAName) {
  const std::string replaced = "\xef\xbf\xbd";
  EXPECT_EQ(clean_text("a\x1b[31mb\r\nc"), "a" + replaced + "[31mb\nc");
  EXPECT_EQ(clean_text("\xe2\x80\xaegnp"), replaced + "gnp");
  EXPECT_EQ(clean_line("a\tb\nc"), "a b c");
  EXPECT_EQ(clean_text("grün 数 🙂"), "grün 数 🙂");
}

TEST(Text, ReplacesMalformedUtf8) {
  const std::string replaced = "\xef\xbf\xbd";
  EXPECT_EQ(clean_text("\xff"), replaced);
  EXPECT_EQ(clean_text("\xc3"), replaced);
  EXPECT_EQ(clean_text("\xc0\x80"), replaced + replaced);
  EXPECT_EQ(clean_text("\xed\xa0\x80"), replaced + replaced + replaced);
  EXPECT_EQ(clean_text("\xf4\x90\x80\x80"), replaced + replaced + replaced + replaced);
}

// Any bytes become text that cleaning leaves as it is.
TEST(Text, CleaningIsIdempotentOnRandomBytes) {
  RandomStream random({.seed = 11});
  for (int trial = 0; trial < 2000; ++trial) {
    std::string bytes;
    for (std::uint64_t i = random.below(12); i > 0; --i) bytes += static_cast<char>(random.below(256));
    const std::string clean = clean_text(bytes);
    ASSERT_EQ(clean_text(clean), clean);
  }
}

TEST(Text, WidthCountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width("Größe"), 5u);
  EXPECT_EQ(display_width("e\xcc\x81"), 1u);
  EXPECT_EQ(display_width("数据"), 4u);
  EXPECT_EQ(display_width("∞ –"), 3u);
}

TEST(Text, WrapsAtSpacesAndKeepsEveryWord) {
  EXPECT_EQ(wrap_text("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap_text("abcdefgh ij", 3), (std::vector<std::string>{"abc", "def", "gh", "ij"}));
  EXPECT_EQ(wrap_text("", 5), (std::vector<std::string>{""}));
  EXPECT_EQ(wrap_text("数数数", 5), (std::vector<std::string>{"数数", "数"}));
}

}  // namespace
}  // namespace tacit::attacks::report
