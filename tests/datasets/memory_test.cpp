// Settings within their ranges that no machine has memory for stop at the door, by their key and with amounts.
#include "core/memory.h"

#include <gmock/gmock.h>

#include "core/files.h"
#include "core/npy.h"
#include "data_limit.h"
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

/// The message with which reading is refused where only 24 MiB more are to be had.
std::string refused_beyond(const std::string& text) {
  const ConfigTable section = ConfigTable::parse_text("[data]\n" + text, "d.toml").table("data");
  const DataLimit limited(DataLimit::used() + (rlim_t{24} << 20));
  try {
    load(section, 1);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::configuration);
    return error.what();
  }
  return "nothing was refused";
}

std::string header(std::uint32_t magic, std::initializer_list<std::uint32_t> extents) {
  std::string text;
  const auto add = [&](std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift);
  };
  add(magic);
  for (const std::uint32_t extent : extents) add(extent);
  return text;
}

// Headers may announce, and small compressed files hold, what no memory does: each reader asks before it allocates.
TEST(DataMemory, EveryReaderAsksBeforeItAllocates) {
  using ::testing::AllOf;
  using ::testing::HasSubstr;
  const TemporaryFolder folder;
  const auto path = [&](const char* name) { return (folder.path() / name).string(); };
  constexpr std::size_t images = 1u << 14, pixels = 32 * 32;
  write_gzip(path("i.gz"), header(0x803, {images, 32, 32}) + std::string(images * pixels, '\0'));
  write_file(path("l"), header(0x801, {images}) + std::string(images, '\1'));
  EXPECT_THAT(refused_beyond(fmt::format("source = \"idx\"\nlabel_count = 2\nimages = \"{}\"\nlabels = \"{}\"\n",
                                         path("i.gz"), path("l"))),
              AllOf(HasSubstr("d.toml:4: key 'data.images'"), HasSubstr("extents [16384,32,32] needs 64.0 MiB"),
                    HasSubstr("streamed = true")));

  // Empty places in a file take no room on the disk.
  write_file(path("c.bin"), "");
  std::filesystem::resize_file(path("c.bin"), std::uintmax_t{3073} << 13);
  EXPECT_THAT(refused_beyond("source = \"cifar10\"\nfiles = [\"" + path("c.bin") + "\"]\n"),
              AllOf(HasSubstr("data.files"), HasSubstr("8192 records needs 96.0 MiB"), HasSubstr("streamed = true")));
  write_gzip(path("c.gz"), read_text(path("c.bin")));
  EXPECT_THAT(refused_beyond("source = \"cifar10\"\nfiles = [\"" + path("c.gz") + "\"]\n"),
              AllOf(HasSubstr("data.files"), HasSubstr("c.gz: more than"), HasSubstr("MiB of memory")));

  const auto npy = [&](const char* name, const std::string& order, const char* shape, std::size_t bytes) {
    std::string head = "{'descr': '|u1', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
    head.resize(117, ' ');
    write_file(path(name), std::string("\x93NUMPY\x01\0\x76\0", 10) + head + "\n");
    std::filesystem::resize_file(path(name), 128 + bytes);
  };
  npy("y.npy", "False", "(16,)", 16);
  for (const char* order : {"False", "True"}) {
    npy("x.npy", order, "(16, 1048576)", 16u << 20);
    EXPECT_THAT(refused_beyond(
                    fmt::format("source = \"numpy\"\nfile = \"{}\"\nlabels = \"{}\"\n", path("x.npy"), path("y.npy"))),
                AllOf(HasSubstr("data.file"), HasSubstr("x.npy: "), HasSubstr("MiB of memory")));
  }
  std::vector<float> zeros(std::size_t{1} << 22);
  const NamedArray arrays[] = {{.name = "x", .values = zeros, .shape = {4, 1 << 20}}};
  write_npz(path("x.npz"), arrays);
  zeros = {};
  EXPECT_THAT(refused_beyond("source = \"numpy\"\nfile = \"" + path("x.npz") + "\"\n"),
              AllOf(HasSubstr("data.file"), HasSubstr("x.npz"), HasSubstr("MiB of memory")));

  std::string row = "1";
  for (int i = 1; i <= 400'000; ++i) row += fmt::format(" {}:1", i);
  write_gzip(path("s.gz"), row + "\n" + row + "\n" + row + "\n");
  EXPECT_THAT(refused_beyond("source = \"libsvm\"\nfile = \"" + path("s.gz") + "\"\n"),
              AllOf(HasSubstr("data.file"), HasSubstr("s.gz: "), HasSubstr("MiB of memory")));

  for (const char* label : {"a", "b"}) {
    std::filesystem::create_directories(folder.path() / "p" / label);
    write_file(folder.path() / "p" / label / "1.pgm", "P5 2000 2000 255\n" + std::string(4'000'000, '\1'));
  }
  EXPECT_THAT(refused_beyond("source = \"folder\"\nfolder = \"" + path("p") + "\"\n"),
              AllOf(HasSubstr("data.folder"), HasSubstr("a picture of 2000 x 2000 pixels needs 68.7 MiB")));
  for (int i = 0; i < 100; ++i)
    write_file(folder.path() / "p" / "a" / (std::to_string(i + 1) + ".pgm"),
               "P5 300 300 255\n" + std::string(90'000, '\1'));
  EXPECT_THAT(refused_beyond("source = \"folder\"\nchannels = 1\nfolder = \"" + path("p") + "\"\n"),
              AllOf(HasSubstr("data.folder"), HasSubstr("100 pictures [1,300,300] needs 34.3 MiB")));
}

}  // namespace
}  // namespace tacit::datasets
