#include "datasets/example_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <limits>
#include <system_error>

#include "core/error.h"
#include "datasets/readers/regular_file.h"

namespace tacit::datasets {

ExampleFile::ExampleFile(std::vector<Part> parts, std::size_t features, std::size_t element_bytes, Element element)
    : features_(features), element_bytes_(element_bytes), element_(std::move(element)) {
  if (features == 0 || element_bytes == 0) fail(ErrorKind::usage, "records without features cannot be read");
  try {
    for (Part& part : parts) {
      require_regular_file(part.file);
      const std::string place = part.file.string();
      const int descriptor = ::open(part.file.c_str(), O_RDONLY | O_CLOEXEC);
      if (descriptor < 0) fail(ErrorKind::io, "{}: cannot open: {}", place, std::generic_category().message(errno));
      parts_.push_back({part, size_, descriptor});
      const std::uint64_t bytes = std::filesystem::file_size(part.file);
      const std::uint64_t needed =
          part.records == 0 ? 0 : part.begin + (part.records - 1) * part.stride + features * element_bytes;
      if (bytes < needed)
        fail(ErrorKind::data, "{}: has {} bytes, its {} examples take {}", place, bytes, part.records, needed);
      size_ += part.records;
    }
  } catch (...) {
    close();
    throw;
  }
}

ExampleFile::~ExampleFile() {
  close();
}

void ExampleFile::close() noexcept {
  for (const OpenPart& part : parts_) ::close(part.descriptor);
  parts_.clear();
}

const ExampleFile::OpenPart& ExampleFile::part_of(std::uint64_t record) const {
  if (record >= size_) fail(ErrorKind::usage, "record {} does not exist, there are {}", record, size_);
  const auto behind = std::upper_bound(parts_.begin(), parts_.end(), record,
                                       [](std::uint64_t value, const OpenPart& part) { return value < part.first; });
  return *std::prev(behind);
}

void ExampleFile::read(std::uint64_t record, std::span<float> to) const {
  if (to.size() != features_) fail(ErrorKind::usage, "{} features asked for, a record has {}", to.size(), features_);
  const OpenPart& part = part_of(record);
  const std::uint64_t number = record - part.first;
  // One record a thread, reused.
  thread_local std::vector<char> bytes;
  bytes.resize(features_ * element_bytes_);
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t got = ::pread(part.descriptor, bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(part.part.begin + number * part.part.stride + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      fail(ErrorKind::io, "{}: cannot read example {}: {}", part.part.file.string(), number,
           std::generic_category().message(errno));
    if (got == 0)
      fail(ErrorKind::io, "{}: ends inside example {}: it was cut short while it was in use", part.part.file.string(),
           number);
    done += static_cast<std::size_t>(got);
  }
  for (std::size_t i = 0; i < features_; ++i) {
    const double value = element_(bytes.data() + i * element_bytes_);
    if (!(std::abs(value) <= double{std::numeric_limits<float>::max()}))
      fail(ErrorKind::data, "{}: feature {} of example {} is {}, not a finite number within the range of float",
           part.part.file.string(), i, number, value);
    to[i] = static_cast<float>(value);
  }
}

}  // namespace tacit::datasets
