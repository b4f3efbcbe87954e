#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/parameters.h"

namespace tacit {

/// An array of NumPy's file format (NEP 1), its values converted to double, in row-major order.
struct NpyArray {
  Shape shape;
  std::string type;  ///< as in the file: "<f4", "|u1", ...
  std::vector<double> values;
};

/// What a .npy file says of itself before its data: enough to convert them as they come.
class NpyHead {
 public:
  /// So many bytes tell how long the head is.
  static constexpr std::size_t first_bytes = 12;
  static std::size_t length(std::string_view first, const std::string& place);
  /// `head` is exactly that long. Throws as parse_npy.
  NpyHead(std::string_view head, const std::string& place);

  const Shape& shape() const noexcept { return shape_; }
  const std::string& type() const noexcept { return type_; }
  bool is_row_major() const noexcept { return is_row_major_; }
  std::size_t element_bytes() const noexcept { return element_bytes_; }
  /// Elements of the shape. Throws Error(data) if they take more than `most` bytes.
  std::size_t count(std::size_t most) const;
  /// Throws Error(data) unless the elements take exactly so many bytes.
  void require_bytes(std::size_t available) const;
  /// The element that begins at `bytes`.
  double element(const char* bytes) const { return read_(bytes, is_swapped_); }

 private:
  std::string place_;
  Shape shape_;
  std::string type_;
  std::size_t element_bytes_ = 1;
  double (*read_)(const char*, bool) = nullptr;
  bool is_row_major_ = true, is_swapped_ = false;
};

/// Parses the content of a .npy file of version 1, 2 or 3: booleans, integers and floats of either byte order, row- or
/// column-major. `place` names it in messages. Throws Error(data) on anything else, on a truncated array, and on a
/// shape that announces another number of bytes than there are.
NpyArray parse_npy(std::string_view content, const std::string& place);
/// A .npy file of float32 or float64 values, row-major, version 1.
std::string format_npy(std::span<const float> values, const Shape& shape);
std::string format_npy(std::span<const double> values, const Shape& shape);

/// All arrays of an .npz file (a ZIP archive of .npy files), by name without ".npy". Throws Error(data) if it is no
/// such archive, or if it holds more than `limit` bytes unpacked; Error(io) if it cannot be read.
std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file, std::size_t limit = std::size_t{1} << 32);

struct NamedArray {
  std::string name;
  std::span<const float> values{};
  Shape shape;
  std::span<const double> wide{};  ///< in place of `values`: written as float64
};
/// An .npz file of arrays, one at least, stored without compression as numpy.savez does. Replaces the file in
/// one step. The same arrays give the same bytes.
void write_npz(const std::filesystem::path& file, std::span<const NamedArray> arrays);

}  // namespace tacit
