// Netpbm's PGM and PPM, plain (P2, P3) and binary (P5, P6).
#include <algorithm>

#include "core/error.h"
#include "datasets/readers/picture.h"

namespace tacit::datasets {

namespace {

class Cursor {
 public:
  Cursor(const std::vector<std::byte>& content, const std::string& place) : content_(content), place_(place) {}

  std::size_t number(const char* what, std::size_t largest) {
    skip_blanks_and_comments();
    std::size_t value = 0, digits = 0;
    for (; at_ < content_.size() && peek() >= '0' && peek() <= '9'; ++at_, ++digits) {
      value = 10 * value + static_cast<std::size_t>(peek() - '0');
      if (value > largest) fail(ErrorKind::data, "{}: byte {}: {} is larger than {}", place_, at_, what, largest);
    }
    if (digits == 0) fail(ErrorKind::data, "{}: byte {}: expected {}, a number", place_, at_, what);
    return value;
  }
  /// The one blank between header and samples.
  void skip_one() { ++at_; }
  std::size_t binary(std::size_t bytes, std::size_t largest) {
    if (content_.size() < bytes || at_ > content_.size() - bytes)
      fail(ErrorKind::data, "{}: the samples end early", place_);
    std::size_t value = 0;
    for (; bytes > 0; --bytes, ++at_) value = value << 8 | static_cast<std::size_t>(content_[at_]);
    if (value > largest) fail(ErrorKind::data, "{}: byte {}: a sample is larger than {}", place_, at_ - 1, largest);
    return value;
  }

 private:
  char peek() const { return static_cast<char>(content_[at_]); }
  void skip_blanks_and_comments() {
    for (; at_ < content_.size(); ++at_) {
      if (peek() == '#')
        while (at_ < content_.size() && peek() != '\n') ++at_;
      else if (peek() != ' ' && peek() != '\t' && peek() != '\n' && peek() != '\r')
        return;
      if (at_ >= content_.size()) return;
    }
  }

  const std::vector<std::byte>& content_;
  const std::string& place_;
  std::size_t at_ = 2;  // behind "P5"
};

}  // namespace

Picture decode_portable_map(const std::vector<std::byte>& content, const std::string& place) {
  constexpr std::size_t largest_extent = 1'000'000;
  const char kind = static_cast<char>(content[1]);
  const bool is_plain = kind == '2' || kind == '3';
  Cursor cursor(content, place);
  Picture picture;
  picture.channels = kind == '3' || kind == '6' ? 3 : 1;
  picture.width = cursor.number("the width", largest_extent);
  picture.height = cursor.number("the height", largest_extent);
  const std::size_t largest = std::max<std::size_t>(cursor.number("the largest sample", 65535), 1);
  cursor.skip_one();
  require_picture_size(picture.height, picture.width, place);
  const std::size_t count = picture.height * picture.width * picture.channels, bytes = largest > 255 ? 2 : 1;
  // A plain sample takes a digit and a blank, so this bounds both kinds before anything is allocated for them.
  if (count > content.size()) fail(ErrorKind::data, "{}: the samples end early", place);
  std::vector<std::uint8_t> interleaved;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t sample = is_plain ? cursor.number("a sample", largest) : cursor.binary(bytes, largest);
    interleaved.push_back(static_cast<std::uint8_t>((sample * 255 + largest / 2) / largest));
  }
  picture.samples = channels_first(interleaved, picture.channels);
  return picture;
}

}  // namespace tacit::datasets
