#include "core/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "core/error.h"
#include "core/memory.h"

namespace tacit {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

/// The header's literal, {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, read key by key.
class Header {
 public:
  Header(std::string_view text, const std::string& place) : rest_(text), place_(place) {}

  void read() {
    expect('{');
    while (!accept('}')) {
      const std::string key = word();
      expect(':');
      if (key == "descr")
        type = word();
      else if (key == "fortran_order")
        column_major = truth();
      else if (key == "shape")
        read_shape();
      else
        refuse("its header has an unknown key '{}'", key);
      if (!accept(',') && !next_is('}')) refuse("its header lacks a comma");
    }
    if (!type || !column_major || !shape) refuse("its header lacks descr, fortran_order or shape");
  }

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ErrorKind::data, "{}: {}", place_, fmt::format(format, std::forward<Args>(args)...));
  }

  std::optional<std::string> type;
  std::optional<bool> column_major;
  std::optional<Shape> shape;

 private:
  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
  }
  bool next_is(char c) {
    skip_blanks();
    return !rest_.empty() && rest_.front() == c;
  }
  bool accept(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse("its header is not a dictionary with '{}' where it is expected", c);
  }
  std::string word() {
    expect('\'');
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) refuse("a word in its header does not end");
    const std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
  }
  bool truth() {
    skip_blanks();
    for (const auto& [text, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}}) {
      if (!rest_.starts_with(text)) continue;
      rest_.remove_prefix(text.size());
      return value;
    }
    refuse("fortran_order is neither True nor False");
  }
  void read_shape() {
    shape.emplace();
    expect('(');
    while (!accept(')')) {
      skip_blanks();
      std::int64_t extent = 0;
      const auto [end, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
      if (code != std::errc() || extent < 0) refuse("its shape holds something that is no extent");
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      shape->push_back(extent);
      if (!accept(',') && !next_is(')')) refuse("its shape lacks a comma");
    }
  }

  std::string_view rest_;
  const std::string& place_;
};

template <class Element>
double element(const char* bytes, bool swapped) {
  char raw[sizeof(Element)];
  std::memcpy(raw, bytes, sizeof(Element));
  if (swapped) std::reverse(std::begin(raw), std::end(raw));
  Element value;
  std::memcpy(&value, raw, sizeof(Element));
  return static_cast<double>(value);
}

struct ElementType {
  std::string_view code;  ///< without the byte order
  std::size_t size;
  double (*read)(const char*, bool);
};

constexpr ElementType element_types[] = {
    {"b1", 1, element<std::uint8_t>},  {"u1", 1, element<std::uint8_t>},  {"i1", 1, element<std::int8_t>},
    {"u2", 2, element<std::uint16_t>}, {"i2", 2, element<std::int16_t>},  {"u4", 4, element<std::uint32_t>},
    {"i4", 4, element<std::int32_t>},  {"u8", 8, element<std::uint64_t>}, {"i8", 8, element<std::int64_t>},
    {"f4", 4, element<float>},         {"f8", 8, element<double>},
};

const ElementType& element_type(const Header& header) {
  const std::string& type = *header.type;
  if (type.size() == 3 && (type[0] == '<' || type[0] == '>' || type[0] == '|'))
    for (const ElementType& known : element_types)
      if (std::string_view(type).substr(1) == known.code) return known;
  header.refuse("its elements are '{}', and only booleans, integers and 4- or 8-byte floats are read", type);
}

/// From column-major to row-major.
std::vector<double> transposed(const std::vector<double>& values, const Shape& shape) {
  std::vector<double> result(values.size());
  std::vector<std::size_t> index(shape.size());
  for (const double value : values) {
    std::size_t place = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      place = place * static_cast<std::size_t>(shape[axis]) + index[axis];
    result[place] = value;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      if (++index[axis] < static_cast<std::size_t>(shape[axis])) break;
      index[axis] = 0;
    }
  }
  return result;
}

/// `type` as the format names it.
template <class Element>
std::string formatted(std::span<const Element> values, const Shape& shape, std::string_view type) {
  static_assert(std::endian::native == std::endian::little);
  if (values.size() != element_count(shape))
    fail(ErrorKind::usage, "an array of shape {} takes {} values, not {}", to_string(shape), element_count(shape),
         values.size());
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': (", type);
  for (const std::int64_t extent : shape) header += fmt::format("{}, ", extent);
  header += "), }";
  // The format wants the data to begin at a multiple of 64.
  constexpr std::size_t before = magic.size() + 4, alignment = 64;
  header.append((alignment - (before + header.size() + 1) % alignment) % alignment, ' ');
  header += '\n';
  std::string content(magic);
  content += {'\x01', '\x00', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  content += header;
  content.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return content;
}

}  // namespace

std::size_t NpyHead::length(std::string_view first, const std::string& place) {
  constexpr std::size_t version_end = magic.size() + 2;
  if (!first.starts_with(magic) || first.size() < first_bytes)
    fail(ErrorKind::data, "{}: is no .npy file: it does not begin with \\x93NUMPY and a version", place);
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<std::uint8_t>(first[i])}; };
  const std::size_t version = byte(magic.size());
  if (version < 1 || version > 3) fail(ErrorKind::data, "{}: has version {}, expected 1, 2 or 3", place, version);
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  std::size_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;) length = length << 8 | byte(version_end + i);
  return version_end + length_bytes + length;
}

NpyHead::NpyHead(std::string_view head, const std::string& place) : place_(place) {
  const std::size_t begin = magic.size() + 2 + (head[magic.size()] == 1 ? 2 : 4);
  Header header(head.substr(begin), place);
  header.read();
  const ElementType& known = element_type(header);
  shape_ = *header.shape;
  type_ = *header.type;
  element_bytes_ = known.size;
  read_ = known.read;
  is_swapped_ = (type_[0] == '>') == (std::endian::native == std::endian::little) && type_[0] != '|';
  is_row_major_ = !*header.column_major || shape_.size() < 2;
}

std::size_t NpyHead::count(std::size_t most) const {
  std::size_t count = 1;
  for (const std::int64_t extent : shape_) {
    const auto size = static_cast<std::size_t>(extent);
    // Compared before multiplying, so that hostile extents do not wrap around.
    if (size != 0 && count > most / size)
      fail(ErrorKind::data, "{}: its shape {} announces more than the {} bytes that can follow", place_,
           to_string(shape_), most);
    count *= size;
  }
  if (count > most / element_bytes_)
    fail(ErrorKind::data, "{}: its shape {} of '{}' announces more than the {} bytes that can follow", place_,
         to_string(shape_), type_, most);
  return count;
}

void NpyHead::require_bytes(std::size_t available) const {
  constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
  const std::size_t expected = count(any) * element_bytes_;
  if (expected != available)
    fail(ErrorKind::data, "{}: {} bytes follow its header, and shape {} of '{}' takes {}", place_, available,
         to_string(shape_), type_, expected);
}

NpyArray parse_npy(std::string_view content, const std::string& place) {
  const std::size_t length = NpyHead::length(content.substr(0, NpyHead::first_bytes), place);
  if (length > content.size()) fail(ErrorKind::data, "{}: ends inside its header", place);
  const NpyHead head(content.substr(0, length), place);
  const std::string_view data = content.substr(length);
  head.require_bytes(data.size());
  // As doubles, and once more where they are put into row-major order.
  const std::size_t count = head.count(data.size());
  require_memory((head.is_row_major() ? 1.0 : 2.0) * static_cast<double>(count) * sizeof(double),
                 fmt::format("{}: an array of {} numbers", place, count));
  NpyArray array{head.shape(), head.type(), std::vector<double>(count)};
  for (std::size_t i = 0; i < array.values.size(); ++i)
    array.values[i] = head.element(data.data() + i * head.element_bytes());
  if (!head.is_row_major()) array.values = transposed(array.values, array.shape);
  return array;
}

std::string format_npy(std::span<const float> values, const Shape& shape) {
  return formatted(values, shape, "<f4");
}

std::string format_npy(std::span<const double> values, const Shape& shape) {
  return formatted(values, shape, "<f8");
}

}  // namespace tacit
