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

/// An array that still lies in the content of its file; the content must outlive it.
class NpyView {
 public:
  /// Throws as parse_npy.
  NpyView(std::string_view content, const std::string& place);

  const Shape& shape() const noexcept { return shape_; }
  const std::string& type() const noexcept { return type_; }
  std::size_t size() const noexcept { return data_.size() / element_bytes_; }
  bool is_row_major() const noexcept { return is_row_major_; }
  /// An element in the order of the file.
  double operator[](std::size_t index) const { return read_(data_.data() + index * element_bytes_, is_swapped_); }

 private:
  Shape shape_;
  std::string type_;
  std::string_view data_;
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
