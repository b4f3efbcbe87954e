#include "core/npy.h"

#include <fstream>

#include "core/error.h"
#include "core/expect_error.h"
#include "core/files.h"
#include "core/random.h"

namespace tacit {
namespace {

using ::testing::ElementsAre;

// As numpy 1.24 writes them: np.save of the arrays named in the tests.
std::string file(const std::string& header, const std::string& data, char version = 1) {
  std::string text = std::string("\x93NUMPY") + version + '\0' + static_cast<char>(header.size()) + '\0';
  if (version > 1) text += std::string(2, '\0');
  return text + header + data;
}

TEST(Npy, ReadsWhatNumpyWrites) {
  const NpyArray floats = parse_npy(file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }   \n",
                                         std::string("\x00\x00\xc0\x3f\x00\x00\x00\xc0", 8)),
                                    "a.npy");
  EXPECT_EQ(floats.shape, (Shape{2}));
  EXPECT_THAT(floats.values, ElementsAre(1.5, -2));
  const NpyArray big = parse_npy(
      file("{'descr': '>i2', 'fortran_order': False, 'shape': (1, 2), }\n", std::string("\xff\xfe\x01\x00", 4)),
      "b.npy");
  EXPECT_THAT(big.values, ElementsAre(-2, 256));
  const NpyArray scalar =
      parse_npy(file("{'descr': '|u1', 'fortran_order': False, 'shape': (), }\n", "\xc8", 2), "c.npy");
  EXPECT_TRUE(scalar.shape.empty());
  EXPECT_THAT(scalar.values, ElementsAre(200));
  // np.array([[1, 2, 3], [4, 5, 6]], order="F")
  const NpyArray columns = parse_npy(
      file("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3), }\n", std::string("\1\4\2\5\3\6", 6), 3), "d.npy");
  EXPECT_THAT(columns.values, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Npy, WhatIsWrittenIsReadBackAndAligned) {
  RandomStream stream({3, Purpose::test});
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{3, 4}, Shape{2, 3, 5}, Shape{0, 7}}) {
    std::vector<float> values(element_count(shape));
    for (float& value : values) value = static_cast<float>(stream.normal());
    const std::string content = format_npy(values, shape);
    EXPECT_EQ((content.size() - 4 * values.size()) % 64, 0u);
    const NpyArray array = parse_npy(content, "x.npy");
    EXPECT_EQ(array.shape, shape);
    EXPECT_EQ(array.values, std::vector<double>(values.begin(), values.end()));
  }
}

TEST(Npy, RefusesWhatItCannotRead) {
  const auto refused = [](const std::string& content, const std::string& reason) {
    expect_error([&] { parse_npy(content, "x.npy"); }, ErrorKind::data, {"x.npy", reason});
  };
  refused("", "no .npy file");
  refused("PK\3\4", "no .npy file");
  refused(file("{}", "", 9), "version 9");
  refused(std::string("\x93NUMPY\1\0\xff\xff{ }", 13), "ends inside its header");
  refused(file("{'descr': '<c8', 'fortran_order': False, 'shape': (), }", "12345678"), "'<c8'");
  refused(file("{'descr': '|O', 'fortran_order': False, 'shape': (), }", "12345678"), "'|O'");
  refused(file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "1234"), "takes 8");
  refused(file("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", ""), "no extent");
  refused(file("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "1234"), "more than");
  refused(file("{'descr': '<f4', 'fortran_order': 1, 'shape': (), }", "1234"), "neither");
  refused(file("{'descr': '<f4', 'shape': (), }", "1234"), "lacks descr");
  refused(file("{'what': '<f4', }", "1234"), "'what'");
  refused(file("{'descr': '<f4", "1234"), "does not end");
}

TEST(Npy, NoPrefixAndNoFlippedByteDoesHarm) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const std::string content = format_npy(values, {2, 3});
  for (std::size_t size = 0; size < content.size(); ++size)
    EXPECT_THROW(parse_npy(content.substr(0, size), "x"), Error);
  for (std::size_t place = 0; place < 80; ++place)
    for (const char flip : {'\x01', '\x20', '\x80'}) {
      std::string damaged = content;
      damaged[place] = static_cast<char>(damaged[place] ^ flip);
      try {
        parse_npy(damaged, "x");
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
      }
    }
}

TEST(Npz, WhatIsWrittenIsReadBackAndTheBytesAreFixed) {
  const TemporaryFolder folder;
  const std::vector<float> weight = {1, 2, 3, 4, 5, 6}, bias = {-1, 0.5f};
  const std::vector<NamedArray> arrays = {{"linear1.weight", weight, {2, 3}}, {"linear1.bias", bias, {2}}};
  write_npz(folder.path() / "model.npz", arrays);
  const auto back = read_npz(folder.path() / "model.npz");
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back.at("linear1.weight").shape, (Shape{2, 3}));
  EXPECT_THAT(back.at("linear1.bias").values, ElementsAre(-1, 0.5));
  write_npz(folder.path() / "again.npz", arrays);
  EXPECT_EQ(read_text(folder.path() / "model.npz"), read_text(folder.path() / "again.npz"));
}

TEST(Npz, RefusesWhatIsNoArchiveOrDamaged) {
  const TemporaryFolder folder;
  const std::vector<float> values(100, 1.0f);
  const NamedArray array{"a", values, {100}};
  const auto path = folder.path() / "x.npz";
  write_npz(path, {&array, 1});
  std::string content = read_text(path);
  content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
  write_atomically(path, content);
  expect_error([&] { read_npz(path); }, ErrorKind::data, {"x.npz:a.npy", "CRC"});
  write_atomically(path, std::string_view(content).substr(0, content.size() / 2));
  expect_error([&] { read_npz(path); }, ErrorKind::data, {"x.npz", "no .npz file"});
  expect_error([&] { read_npz(folder.path() / "absent.npz"); }, ErrorKind::io, {"absent.npz"});
  expect_error([&] { write_npz(path, {}); }, ErrorKind::usage, {"without arrays"});
}

}  // namespace
}  // namespace tacit
