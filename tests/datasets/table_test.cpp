#include "datasets/readers/table.h"

#include <gmock/gmock.h>

#include "core/files.h"
#include "datasets/files.h"

namespace tacit::datasets {
namespace {

using ::testing::ElementsAre;

class TableTest : public ::testing::Test {
 protected:
  Dataset read(std::string_view text, const TableFormat& format = {}) {
    return read_table(write_file(folder_.path() / "t.csv", text), format);
  }
  template <class... Pieces>
  void refused(std::string_view text, const TableFormat& format, const Pieces&... pieces) {
    expect_error(
        ErrorKind::data, [&] { read(text, format); }, pieces...);
  }
  TemporaryFolder folder_;
};

TEST_F(TableTest, NumbersWordsAndKeepsTheirNames) {
  const Dataset data = read(
      "age,colour,hospital,outcome\n"
      "30, red ,north,well\n"
      "41.5,\"light, blue\",south,ill\n"
      "7,red,north,\"says \"\"well\"\"\"\r\n",
      {.categorical = {"colour"}, .group = "hospital"});
  EXPECT_EQ(data.feature_shape, Shape{3});
  EXPECT_THAT(data.feature_names, ElementsAre("age", "colour=light, blue", "colour=red"));
  EXPECT_THAT(data.features, ElementsAre(30, 0, 1, 41.5f, 1, 0, 7, 0, 1));
  EXPECT_THAT(data.class_names, ElementsAre("ill", "says \"well\"", "well"));
  EXPECT_THAT(data.labels, ElementsAre(2, 0, 1));
  EXPECT_THAT(data.group_names, ElementsAre("north", "south"));
  EXPECT_THAT(data.groups, ElementsAre(0, 1, 0));
}

TEST_F(TableTest, NumericLabelsAreOrderedAsNumbers) {
  const Dataset data = read("x,y\n1,10\n2,9\n3,-1\n");
  EXPECT_THAT(data.class_names, ElementsAre("-1", "9", "10"));
  EXPECT_THAT(data.labels, ElementsAre(2, 1, 0));
}

TEST_F(TableTest, WithoutHeaderColumnsGoByNumber) {
  const Dataset data = read("a;1;5\n\nb;2;6\n", {.header = false, .delimiter = ';', .target = "1", .ignored = {"3"}});
  EXPECT_THAT(data.features, ElementsAre(1, 2));
  EXPECT_THAT(data.labels, ElementsAre(0, 1));
}

TEST_F(TableTest, TabsAndAByteOrderMark) {
  const Dataset data = read("\xef\xbb\xbfx\ty\n1\ta\n2\tb", {.delimiter = '\t'});
  EXPECT_THAT(data.feature_names, ElementsAre("x"));
  EXPECT_THAT(data.features, ElementsAre(1, 2));
}

TEST_F(TableTest, EveryFaultHasItsPlace) {
  refused("x,y\n1,a\nz,b\n", {}, "t.csv:3:1:", "'z'", "'x'");
  refused("x,y\n1,a\nnan,b\n", {}, "t.csv:3:1:", "finite");
  refused("x,y\n1,a\n,b\n", {}, "t.csv:3:1:", "empty");
  refused("x,y\n1,a\n2,\n", {}, "t.csv:3:2:", "empty");
  refused("x,y\n1,a\n2\n", {}, "t.csv:3:1:", "1 fields, expected 2");
  refused("x,y\n1,a\n2,b,3\n", {}, "t.csv:3:3:", "more than 2");
  refused("x,y\n1,\"a\n2,b\n", {}, "t.csv:2:2:", "does not end");
  refused("x,y\n1,\"a\"b\n", {}, "t.csv:2:2:", "behind its closing quote");
  // A quoted line break belongs to the row it began in; the rows after it keep the file's own count.
  refused("x,y\n1,\"a\nb\"\nq,c\n", {}, "t.csv:4:1:", "'q'");
  refused("x,x\n1,a\n", {}, "t.csv:1:2:", "second column");
  refused("x,\n1,a\n", {}, "t.csv:1:2:", "without a name");
  refused("x\n1\n", {}, "t.csv:1:1:", "one feature and a label");
  refused("", {}, "t.csv:1: ", "empty");
  refused("x,y\n", {}, "no examples");
  refused("x,y\n1,a\n2,a\n", {}, "all labels are 'a'");
  refused("x,y\n1,a\n2,b\n", {.target = "z"}, "no column 'z'", "target");
  refused("x,y\n1,a\n2,b\n", {.ignored = {"x"}}, "no column is left");
  refused("x,y\n1,a\n2,b\n", {.ignored = {"y"}}, "two roles");
}

}  // namespace
}  // namespace tacit::datasets
