// Settings within their ranges that no machine has memory for stop at the door, by their key and with amounts.
#include "core/memory.h"

#include "core/files.h"
#include "datasets/files.h"
#include "datasets/sources.h"

namespace tacit::datasets {
namespace {

template <class... Pieces>
void refused(const std::string& text, const Pieces&... pieces) {
  expect_error(
      ErrorKind::configuration, [&] { load(ConfigTable::parse_text("[data]\n" + text, "d.toml").table("data"), 1); },
      "d.toml", "of memory", "are available", pieces...);
}

TEST(DataMemory, PaddingBeyondMemoryIsRefusedByItsKey) {
  // 1,797 images of 2056 x 2056 pixels take 28 GiB.
  if (available_memory() > std::uint64_t{28} << 30) GTEST_SKIP() << "this machine has room for it";
  refused("source = \"digits\"\npad = 1024\n", "data.pad", "1797 images 1x2056x2056", "28.3 GiB");
}

TEST(DataMemory, ADenseTableOfSparseRowsIsRefusedByItsKey) {
  const TemporaryFolder folder;
  std::string rows;
  for (int i = 0; i < 200'000; ++i) rows += i % 2 == 0 ? "1 1:1\n" : "0 2:1\n";
  const std::string file = write_file(folder.path() / "s.txt", rows);
  refused("source = \"libsvm\"\nfile = \"" + file + "\"\nfeatures = 10000000\n", "data.features",
          "200000 examples and 10000000 features", "7450.6 GiB");
}

TEST(DataMemory, ADecompositionOfManyFeaturesIsRefusedByItsKey) {
  const TemporaryFolder folder;
  std::string rows;
  for (int i = 0; i < 10; ++i) rows += i % 2 == 0 ? "1 1:1\n" : "0 2:1\n";
  const std::string file = write_file(folder.path() / "s.txt", rows);
  refused("source = \"libsvm\"\nfile = \"" + file + "\"\nfeatures = 1000000\npca = 2\n", "data.pca",
          "1000000 features");
}

}  // namespace
}  // namespace tacit::datasets
