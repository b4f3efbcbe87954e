#include "datasets/readers/csv.h"

#include "core/files.h"
#include "datasets/files.h"

namespace tacit::datasets {
namespace {

class CsvTest : public ::testing::Test {
 protected:
  Dataset read(std::string_view text, bool header, std::size_t classes = 3) {
    return read_csv(write_file(folder_.path() / "table.csv", text),
                    {.header = header, .classes = header ? 0 : classes});
  }
  template <class... Pieces>
  void refused(std::string_view text, bool header, const Pieces&... pieces) {
    expect_error(
        ErrorKind::data, [&] { read(text, header); }, pieces...);
  }
  TemporaryFolder folder_;
};

TEST_F(CsvTest, ReadsRowsWithAndWithoutHeader) {
  const Dataset with = read("2,3,red,blue\n1,-2.5,3e2,0\r\n4, 5 ,6,1\n", true);
  EXPECT_EQ(with.feature_shape, Shape{3});
  EXPECT_EQ(with.classes, 2u);
  EXPECT_EQ(with.features, (std::vector<float>{1, -2.5f, 300, 4, 5, 6}));
  EXPECT_EQ(with.labels, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(with.feature_low, -2.5f);
  EXPECT_EQ(with.feature_high, 300.0f);
  const Dataset without = read("1,2,2\n3,4,0", false);
  EXPECT_EQ(without.features, (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(without.labels, (std::vector<std::int32_t>{2, 0}));
}

TEST_F(CsvTest, ReadsGzipAsPlain) {
  const auto file = write_gzip(folder_.path() / "table.csv.gz", "1,2,2\n3,4,0\n");
  EXPECT_EQ(read_csv(file, {.header = false, .classes = 3}).features, (std::vector<float>{1, 2, 3, 4}));
}

TEST_F(CsvTest, NamesTheFieldOfEveryFault) {
  refused("1,2,0\n1,x,0\n", false, "table.csv:2:2:", "'x'", "not a number");
  refused("1,2,0\n1,,0\n", false, "table.csv:2:2:", "not a number");
  refused("1,2,0\n1,nan,0\n", false, "table.csv:2:2:", "finite");
  refused("1,2,0\ninf,2,0\n", false, "table.csv:2:1:", "finite");
  refused("1,2,0\n1e39,2,0\n", false, "table.csv:2:1:", "finite");
  refused("1,2,0\n1e999,2,0\n", false, "table.csv:2:1:", "finite");
  refused("1,2,0\n1,2,3\n", false, "table.csv:2:3:", "label 3", "0..2");
  refused("1,2,0\n1,2,-1\n", false, "table.csv:2:3:", "'-1'");
  refused("1,2,0\n1,2,1.5\n", false, "table.csv:2:3:", "'1.5'");
  refused("1,2,7\n", false, "table.csv:1:3:", "label 7");
}

TEST_F(CsvTest, RefusesRaggedRowsAndWrongCounts) {
  refused("1,2,0\n1,0\n", false, "table.csv:2:2:", "2 fields, expected 3");
  refused("1,2,0\n1,2,0,4\n", false, "table.csv:2:4:", "more than 3");
  refused("1,2,0\n\n1,2,0\n", false, "table.csv:2:1:");
  refused("5\n", false, "table.csv:1:1:", "one feature and a label");
  refused("", false, "no examples");
  refused("", true, "empty");
  refused("2\n", true, "table.csv:1:1:", "number of features");
  refused("2,1,only\n1,0\n1,0\n", true, "table.csv:1:3:", "1 classes");
  refused("3,1,a,b\n1,0\n1,0\n", true, "2 examples", "announces 3");
  refused("x,1,a,b\n", true, "table.csv:1:1:", "number of examples");
  refused("2,0,a,b\n", true, "no feature");
  refused("2,2,a,b\n1,0\n", true, "table.csv:2:2:", "expected 3");
}

TEST_F(CsvTest, RefusesMissingFilesAndFolders) {
  expect_error(
      ErrorKind::io, [&] { read_csv(folder_.path() / "absent.csv", {.classes = 2}); }, "absent.csv", "No such file");
  expect_error(
      ErrorKind::io, [&] { read_csv(folder_.path(), {.classes = 2}); }, "folder");
}

}  // namespace
}  // namespace tacit::datasets
