#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "datasets/example_source.h"

namespace tacit::datasets {

/// Features that stay in files of equally long records and are read one by one, so that a data set need not fit into
/// memory. Read with pread, not mapped: a file that somebody cuts short under way gives an error, where a mapped one
/// takes the process with it. Immutable; shared between threads.
class ExampleFile final : public ExampleSource {
 public:
  /// What an element of the file is as a feature: `bytes` as they stand, to a number.
  using Element = std::function<double(const char* bytes)>;

  /// Where the records of one file lie.
  struct Part {
    std::filesystem::path file;
    std::uint64_t begin = 0;   ///< byte of the first feature of the first record
    std::uint64_t stride = 0;  ///< bytes from one record to the next
    std::uint64_t records = 0;
  };

  /// `features` elements of `element_bytes` bytes a record. Throws Error(io) if a file cannot be opened, Error(data) if
  /// it is shorter than its records.
  ExampleFile(std::vector<Part> parts, std::size_t features, std::size_t element_bytes, Element element);
  ~ExampleFile() override;

  std::uint64_t size() const noexcept override { return size_; }
  std::size_t features() const noexcept override { return features_; }
  /// Writes the features of a record below size(). Throws Error(io) if it cannot be read, because the file was cut
  /// short, say; Error(data) on a feature that is no finite float.
  void read(std::uint64_t record, std::span<float> to) const override;

 private:
  struct OpenPart {
    Part part;
    std::uint64_t first;  ///< number of its first record
    int descriptor;
  };
  const OpenPart& part_of(std::uint64_t record) const;
  void close() noexcept;

  std::vector<OpenPart> parts_;
  std::size_t features_, element_bytes_;
  Element element_;
  std::uint64_t size_ = 0;
};

/// A byte as the share of 255 that readers of images make of it.
inline double pixel_of_byte(const char* byte) {
  return static_cast<double>(static_cast<float>(static_cast<std::uint8_t>(*byte)) / 255.0f);
}

}  // namespace tacit::datasets
