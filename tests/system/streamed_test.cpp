// Data larger than the memory that a run may take, with transforms, and the same model as of data in memory.
#include <gmock/gmock.h>

#include "core/files.h"
#include "core/random.h"
#include "data_limit.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

constexpr std::uint32_t count = 480, side = 512;

/// 126 MB of images: three patterns under noise.
void write_images(const std::filesystem::path& folder) {
  RandomStream stream({3, Purpose::test});
  std::string pixels = big_endian(0x803) + big_endian(count) + big_endian(side) + big_endian(side);
  std::string labels = big_endian(0x801) + big_endian(count);
  pixels.reserve(pixels.size() + std::size_t{count} * side * side);
  for (std::uint32_t i = 0; i < count; ++i) {
    labels += static_cast<char>(i % 3);
    for (std::uint32_t row = 0; row < side; ++row)
      for (std::uint32_t column = 0; column < side; column += 4) {
        const std::uint32_t noise = stream() & 0x3f3f3f3f;
        const std::uint32_t pattern = (i % 3 == 0 ? row : i % 3 == 1 ? column : row + column) / 64 % 2 * 0x80;
        for (int k = 0; k < 4; ++k) pixels += static_cast<char>(pattern + (noise >> (8 * k) & 0x3f));
      }
  }
  write_atomically(folder / "images", pixels);
  write_atomically(folder / "labels", labels);
}

std::filesystem::path experiment(const std::filesystem::path& folder, const std::string& name, bool streamed) {
  const auto file = folder / (name + ".toml");
  write_atomically(file, fmt::format(R"([run]
output = "{0}/{1}"
[data]
source = "idx"
images = "{0}/images"
labels = "{0}/labels"
label_count = 3
streamed = {2}
crop = [256, 256]
resize = [16, 16]
pca = 6
range = [-1.0, 1.0]
[partition]
scheme = "dirichlet"
alpha = 1.0
[model]
preset = "mlp"
hidden = [8]
[coordinator]
rounds = 2
[simulation]
clients = 4
threads = 1
)",
                                     folder.string(), name, streamed));
  return file;
}

TEST(Streamed, LearnsFromAFileLargerThanItsMemoryWhatItLearnsInMemory) {
  const TemporaryFolder folder;
  write_images(folder.path());
  const auto here = run_json({"simulate", experiment(folder.path(), "here", false)});
  constexpr rlim_t limit = rlim_t{100} << 20;
  ASSERT_GT(std::filesystem::file_size(folder.path() / "images"), limit);
  const DataLimit limited(limit);
  const auto there = run_json({"simulate", experiment(folder.path(), "there", true)});
  EXPECT_EQ(there.at("model_sha256"), here.at("model_sha256"));
  EXPECT_EQ(there.at("fairness"), here.at("fairness"));
  // The same data do not fit where they are to be held.
  TacitProcess beyond({"simulate", experiment(folder.path(), "beyond", false)});
  EXPECT_EQ(beyond.wait(), 3);
  EXPECT_THAT(beyond.errors(), ::testing::HasSubstr("beyond.toml:5: key 'data.images'"));
  EXPECT_THAT(beyond.errors(), ::testing::HasSubstr("needs 480.0 MiB of memory"));
  EXPECT_THAT(beyond.errors(), ::testing::HasSubstr("streamed = true"));
}

// A batch that fits no memory is refused by its key before the first step.
TEST(StepMemory, ABatchBeyondMemoryIsRefusedByItsKey) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "wide.toml";
  write_atomically(file, fmt::format(R"([run]
output = "{}/run"
[data]
source = "breast_cancer"
[model]
[[model.layers]]
type = "linear"
outputs = 200000
[[model.layers]]
type = "tanh"
[[model.layers]]
type = "linear"
outputs = 2
[training]
batch_size = 1000000
[coordinator]
rounds = 1
[simulation]
clients = 2
)",
                                     folder.path().string()));
  const DataLimit limited(rlim_t{400} << 20);
  TacitProcess refused({"simulate", file});
  EXPECT_EQ(refused.wait(), 3);
  // 228 examples of 30 numbers, 400,002 twice, and 6,600,002 parameters three times.
  EXPECT_THAT(refused.errors(), ::testing::HasSubstr("wide.toml:15: key 'training.batch_size'"));
  EXPECT_THAT(refused.errors(), ::testing::HasSubstr("a step on 228 examples"));
  EXPECT_THAT(refused.errors(), ::testing::HasSubstr("needs 771.4 MiB of memory"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

}  // namespace
}  // namespace tacit::system_tests
