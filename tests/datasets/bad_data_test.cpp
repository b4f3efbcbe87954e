// What every reader must refuse alike, and oddities of files that come from other programs.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <functional>
#include <map>

#include "core/files.h"
#include "core/npy.h"
#include "core/random.h"
#include "datasets/dataset.h"
#include "datasets/files.h"
#include "datasets/readers/cifar.h"
#include "datasets/readers/compressed_file.h"
#include "datasets/readers/csv.h"
#include "datasets/readers/idx.h"
#include "datasets/readers/libsvm.h"
#include "datasets/readers/numpy_arrays.h"
#include "datasets/readers/picture.h"
#include "datasets/readers/table.h"
#include "datasets/transforms/moments.h"
#include "datasets/transforms/shared_projection.h"

namespace tacit::datasets {
namespace {

using namespace std::string_literals;

struct Reader {
  const char* name;
  std::function<void(const std::filesystem::path&)> read;
};

std::vector<Reader> readers() {
  return {{"csv", [](const auto& file) { read_csv(file, {.header = false, .classes = 2}); }},
          {"table", [](const auto& file) { read_table(file, {}); }},
          {"libsvm", [](const auto& file) { read_libsvm(file, 0); }},
          {"idx", [](const auto& file) { read_idx(file, 3); }},
          {"cifar", [](const auto& file) { read_cifar10(file); }},
          {"npy", [](const auto& file) { read_numpy({.file = file, .labels = file}, 0); }},
          {"npz", [](const auto& file) { read_numpy({.file = file}, 0); }},
          {"picture", [](const auto& file) { read_picture(file); }},
          {"moments", [](const auto& file) { read_moments(file); }},
          {"projection", [](const auto& file) { read_projection(file); }}};
}

// A pipe without a writer would keep a reader waiting for ever.
TEST(BadData, PipesFoldersAndNothingAreRefusedByEveryReader) {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const Reader& reader : readers()) {
    SCOPED_TRACE(reader.name);
    expect_error(
        ErrorKind::io, [&] { reader.read(pipe); }, "pipe", "is a pipe");
    expect_error(
        ErrorKind::io, [&] { reader.read(folder.path()); }, folder.path().string(), "is a folder");
    expect_error(
        ErrorKind::io, [&] { reader.read(folder.path() / "none"); }, "none", "No such file");
    expect_error(
        ErrorKind::io, [&] { reader.read(std::string(5000, 'x')); }, "xxx", "cannot open");
  }
}

TEST(BadData, EmptyFilesAndNoiseAreRefusedByEveryReader) {
  const TemporaryFolder folder;
  for (const std::string& content : {""s, "\n"s, "\xef\xbb\xbf"s, "\xed\xa0\x80"s, std::string(3, '\0'),
                                     std::string(100, '\xff'), "\x1f\x8b"s, "PK\x03\x04"s, "\x93NUMPY\x01"s}) {
    const auto file = write_file(folder.path() / "noise", content);
    for (const Reader& reader : readers()) {
      SCOPED_TRACE(reader.name + (" of "s + std::to_string(content.size()) + " bytes"));
      expect_error(
          ErrorKind::data, [&] { reader.read(file); }, "noise");
    }
  }
}

TEST(BadData, GzipCutAnywhereIsNeverTakenForShorterData) {
  const TemporaryFolder folder;
  const auto whole = write_gzip(folder.path() / "w.gz", "1,2,0\n3,4,1\n5,6,1\n");
  const std::string bytes = read_text(whole);
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    SCOPED_TRACE(size);
    const auto cut = write_file(folder.path() / "cut.gz", bytes.substr(0, size));
    expect_error(
        ErrorKind::data, [&] { read_csv(cut, {.header = false, .classes = 2}); }, "cut.gz");
  }
}

TEST(BadData, AByteOrderMarkAndLineEndsOfOtherSystemsChangeNothing) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& text) {
    return read_csv(write_file(folder.path() / "a.csv", text), {.header = false, .classes = 2});
  };
  const Dataset plain = read("1,2,0\n3,4,1\n"), marked = read(
                                                    "\xef\xbb\xbf"
                                                    "1,2,0\r\n3,4,1\r\n");
  EXPECT_EQ(marked.features, plain.features);
  EXPECT_EQ(marked.labels, plain.labels);
  const auto sparse = [&](const std::string& text) {
    return read_libsvm(write_file(folder.path() / "a.txt", text), 0).features;
  };
  EXPECT_EQ(sparse("\xef\xbb\xbf"
                   "1 1:2\r\n2 1:3\r\n"),
            sparse("1 1:2\n2 1:3\n"));
  expect_error(
      ErrorKind::data, [&] { read("1,2,0\r3,4,1\r"); }, "a.csv:1:3:");
}

TEST(BadData, WhatStandsForAMissingValueIsNoWord) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& text, const TableFormat& format) {
    return read_table(write_file(folder.path() / "t.csv", text), format);
  };
  for (const char* word : {"nan", "NaN", "inf", "-inf", "+Infinity"}) {
    expect_error(
        ErrorKind::data, [&] { read("x,y\n1,0\n2,"s + word + "\n", {}); }, "t.csv:3:2:", word, "'y'");
    expect_error(
        ErrorKind::data, [&] { read("c,y\na,0\n"s + word + ",1\n", {.categorical = {"c"}}); }, "t.csv:3:1:", "'c'");
  }
  EXPECT_EQ(read("x,y\n1,nancy\n2,info\n", {}).classes, 2u);
}

TEST(BadData, HugeAnnouncementsTakeNoMemoryAndNoTime) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "h";
  expect_error(
      ErrorKind::data, [&] { read_csv(write_file(file, "9,18446744073709551615,a,b\n1,0\n"), {.header = true}); },
      "h:1:2:", "at most 10000000");
  expect_error(
      ErrorKind::data, [&] { read_csv(write_file(file, "18446744073709551615,1,a,b\n1,0\n"), {.header = true}); },
      "announces 18446744073709551615");
  // A header of many columns: linear time.
  std::string wide;
  for (int i = 0; i < 300'000; ++i) wide += "c" + std::to_string(i) + ",";
  expect_error(
      ErrorKind::data, [&] { read_table(write_file(file, wide + "y\n1\n"), {}); }, "h:2:1:", "expected 300001");
  // A categorical column whose words are all different: rows times rows.
  std::string words = "word,y\n";
  for (int i = 0; i < 50'000; ++i) words += "w" + std::to_string(i) + "," + std::to_string(i % 2) + "\n";
  expect_error(
      ErrorKind::data, [&] { read_table(write_file(file, words), {.categorical = {"word"}}); }, "'word'",
      "50000 different words");
  const auto npy = [&](const std::string& shape) {
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize(118, ' ');
    return write_file(file, "\x93NUMPY\x01\x00\x76\x00"s + header + "abcd");
  };
  for (const char* shape : {"(9223372036854775807, 9223372036854775807)", "(4294967296, 4294967296, 4294967296)",
                            "(1, 99999999999999999999)", "(0, 5)", "(-1,)", "(1"})
    expect_error(
        ErrorKind::data, [&] { read_numpy({.file = npy(shape), .labels = file}, 0); }, "h");
}

// Longer than the pieces in which files are read, and of a length that is no multiple of them.
TEST(Pieces, FilesComeOutAsTheyWouldInOne) {
  const TemporaryFolder folder;
  constexpr std::size_t examples = 30'011, width = 3;
  std::vector<float> values(examples * width), labels(examples);
  std::string bytes, marks;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) * 0.25f;
  for (std::size_t i = 0; i < values.size(); ++i) bytes += static_cast<char>(i * 7919 >> 3);
  for (std::size_t i = 0; i < examples; ++i) labels[i] = static_cast<float>(i % 3), marks += static_cast<char>(i % 3);
  const std::string npy = format_npy(values, {examples, width});
  const auto y = write_file(folder.path() / "y.npy", format_npy(labels, {examples}));
  const NpyArray whole = parse_npy(npy, "x");
  for (const bool packed : {false, true}) {
    const auto x = packed ? write_gzip(folder.path() / "x.npy.gz", npy) : write_file(folder.path() / "x.npy", npy);
    const Dataset data = read_numpy({.file = x, .labels = y}, 0);
    ASSERT_EQ(data.features.size(), whole.values.size());
    for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(data.features[i], whole.values[i]);
    const auto extents = [](std::initializer_list<std::uint32_t> sizes) {
      std::string text;
      for (const std::uint32_t size : sizes)
        for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(size >> shift & 255);
      return text;
    };
    const std::string head = "\0\0\x08\x03"s + extents({examples, 1, width});
    const auto images =
        packed ? write_gzip(folder.path() / "i.gz", head + bytes) : write_file(folder.path() / "i", head + bytes);
    const auto classes = write_file(folder.path() / "l", "\0\0\x08\x01"s + extents({examples}) + marks);
    const Dataset pictures = read_idx_images(images, classes, 3);
    ASSERT_EQ(pictures.features.size(), bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i)
      ASSERT_EQ(pictures.features[i], static_cast<float>(static_cast<std::uint8_t>(bytes[i])) / 255.0f);
    EXPECT_EQ(pictures.labels.back(), static_cast<std::int32_t>((examples - 1) % 3));
  }
  for (const std::string& wrong : {npy + "x", npy.substr(0, npy.size() - 1), npy.substr(0, npy.size() / 2)})
    expect_error(
        ErrorKind::data, [&] { read_numpy({.file = write_file(folder.path() / "w.npy", wrong), .labels = y}, 0); },
        "w.npy", "bytes follow its header");
}

// Written by columns, as other programs do: the first index runs fastest.
TEST(Pieces, ColumnMajorArraysAreTurned) {
  const TemporaryFolder folder;
  const std::vector<float> columns = {1, 3, 2, 4}, y = {0, 1};
  std::string npy = format_npy(columns, {2, 2});
  npy.replace(npy.find("False"), 5, "True ");
  const auto labels = write_file(folder.path() / "y.npy", format_npy(y, {2}));
  EXPECT_EQ(read_numpy({.file = write_file(folder.path() / "x.npy", npy), .labels = labels}, 0).features,
            (std::vector<float>{1, 2, 3, 4}));
}

/// A small valid file for each reader, by its name above.
std::map<std::string, std::string> valid_files(const std::filesystem::path& folder) {
  const std::vector<float> x = {0, 1, 2, 3}, y = {0, 1};
  const std::vector<NamedArray> arrays = {{"x", x, {2, 2}}, {"y", y, {2}}};
  write_npz(folder / "a.npz", arrays);
  const Moments moments = {5, {1, 2}, {3, 1, 1, 4}};
  write_moments(folder / "m.npz", moments);
  write_projection(folder / "p.npz", shared_components(moments, 2, false));
  return {{"csv", "1.5,2,0\n-3,4e1,1\n"},
          {"table", "x,\"the y\"\n1,a\n2,\"b\"\"c\"\n"},
          {"libsvm", "+1 1:0.5 3:-2 # note\n-1 2:1e1\n"},
          {"idx", "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02\x01\x02\x03\x04"s},
          {"cifar", std::string(3073, '\x01')},
          {"npy", format_npy(y, {2, 1})},
          {"npz", read_text(folder / "a.npz")},
          {"picture", "P2 3 1 9\n3 1 2\n"},
          {"moments", read_text(folder / "m.npz")},
          {"projection", read_text(folder / "p.npz")}};
}

// Whatever happens to a file, it is read or refused with its name; nothing else.
TEST(BadData, DamagedFilesAreReadOrRefused) {
  const TemporaryFolder folder;
  const auto files = valid_files(folder.path());
  RandomStream random({17, Purpose::test});
  std::size_t refused = 0;
  for (const Reader& reader : readers()) {
    for (int trial = 0; trial < 300; ++trial) {
      std::string content = files.at(reader.name);
      for (std::uint64_t change = 0, changes = 1 + random.below(4); change < changes && !content.empty(); ++change) {
        const std::size_t at = random.below(content.size());
        switch (random.below(4)) {
          case 0:
            content[at] = static_cast<char>(random.below(256));
            break;
          case 1:
            content.resize(at);
            break;
          case 2:
            content.insert(at, content.substr(at / 2, 1 + random.below(8)));
            break;
          default:
            content.erase(at, 1 + random.below(4));
            break;
        }
      }
      // A name of its own each time: file systems flush a file that is written over.
      const auto file = write_file(folder.path() / fmt::format("damaged-{}-{}", reader.name, trial), content);
      try {
        reader.read(file);
      } catch (const Error& error) {
        ++refused;
        EXPECT_TRUE(error.kind() == ErrorKind::data || error.kind() == ErrorKind::resource) << error.what();
        EXPECT_NE(std::string_view(error.what()).find("damaged"), std::string_view::npos) << error.what();
      }
    }
  }
  EXPECT_GT(refused, 1000u);
}

TEST(OneHot, EveryExampleHasOneWordOfEachColumn) {
  const TemporaryFolder folder;
  std::string text = "a,b,x,y\n";
  for (int i = 0; i < 60; ++i)
    text += "w" + std::to_string(i % 7) + "," + std::to_string(i * 5 % 11) + "," + std::to_string(i) + "," +
            std::to_string(i % 2) + "\n";
  const Dataset data = read_table(write_file(folder.path() / "t.csv", text), {.categorical = {"a", "b"}});
  ASSERT_EQ(data.feature_shape, Shape{7 + 11 + 1});
  for (std::size_t i = 0; i < data.size(); ++i) {
    const auto row = data.example(i);
    EXPECT_EQ(std::count(row.begin(), row.begin() + 7, 1.0f), 1);
    EXPECT_EQ(std::count(row.begin() + 7, row.begin() + 18, 1.0f), 1);
    EXPECT_EQ(std::count(row.begin(), row.begin() + 18, 0.0f), 16);
    EXPECT_EQ(row[i % 7], 1.0f);           // words are sorted: w0, w1, ...
    EXPECT_EQ(row[7 + i * 5 % 11], 1.0f);  // numbers too, as numbers: 0, 1, ..., 10
    EXPECT_EQ(row[18], static_cast<float>(i));
  }
  EXPECT_EQ(data.feature_names[0], "a=w0");
  EXPECT_EQ(data.feature_names[9], "b=2");
}

// What is no text has words of any length, with any bytes; a message stays a message.
TEST(BadData, AFileThatIsNoTextIsShownInPart) {
  const TemporaryFolder folder;
  std::string bytes(100'000, '\x07');
  bytes += "x,1\n";
  const auto file = write_file(folder.path() / "b.csv", bytes);
  for (const auto& read : std::vector<std::function<void()>>{[&] { read_csv(file, {.header = false, .classes = 2}); },
                                                             [&] { read_libsvm(file, 0); }}) {
    try {
      read();
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_LT(std::string_view(error.what()).size(), 300u);
      EXPECT_EQ(std::string_view(error.what()).find('\x07'), std::string_view::npos);
      EXPECT_NE(std::string_view(error.what()).find("b.csv:1:1"), std::string_view::npos);
    }
  }
}

// Numbers near the ends of float have sums beyond them.
TEST(BadData, AProjectionBeyondTheRangeOfFloatIsRefusedByItsKey) {
  const TemporaryFolder folder;
  std::string rows;
  for (int i = 0; i < 10; ++i)
    rows += i % 2 == 0 ? "3e38,3e38,3e38,3e38,3e38,0\n" : "-3e38,-3e38,-3e38,-3e38,-3e38,1\n";
  const std::string file = write_file(folder.path() / "h.csv", rows);
  for (const std::string key : {"pca"})
    expect_error(
        ErrorKind::configuration,
        [&] {
          load(ConfigTable::parse_text("[data]\nsource = \"csv\"\nlabel_count = 2\nscaling = \"none\"\nfile = \"" +
                                           file + "\"\n" + key + " = 1\n",
                                       "d.toml")
                   .table("data"),
               1);
        },
        "d.toml", key, "within the range of float");
}

}  // namespace
}  // namespace tacit::datasets
