#include "python/bindings/arrays.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/stl.h>

namespace tacit::python {
namespace {

std::vector<py::ssize_t> extents(const py::array& array) {
  return {array.shape(), array.shape() + array.ndim()};
}

bool is_example_of(const std::vector<py::ssize_t>& shape, std::size_t first, const Shape& example) {
  if (shape.size() - first == example.size() &&
      std::equal(example.begin(), example.end(), shape.begin() + static_cast<std::ptrdiff_t>(first)))
    return true;
  return shape.size() - first == 1 && static_cast<std::size_t>(shape.back()) == element_count(example);
}

}  // namespace

std::string shape_of(const py::array& array) {
  const auto shape = extents(array);
  return shape.size() == 1 ? fmt::format("({},)", shape[0]) : fmt::format("({})", fmt::join(shape, ", "));
}

std::size_t count_of(const py::array& array, const Shape& shape, const std::string& name) {
  const std::vector<py::ssize_t> own = extents(array);
  if (!own.empty() && is_example_of(own, 1, shape)) return static_cast<std::size_t>(own[0]);
  if (!own.empty() && is_example_of(own, 0, shape)) return 1;
  fail(ErrorKind::usage, "{}: expected an array of shape (count, {}), got {}", name, fmt::join(shape, ", "),
       shape_of(array));
}

void require_size(const py::array& array, std::size_t size, const std::string& name) {
  if (static_cast<std::size_t>(array.size()) != size)
    fail(ErrorKind::usage, "{}: expected {} numbers, got an array of shape {}", name, size, shape_of(array));
}

py::tuple to_tuple(const Shape& shape) {
  return py::tuple(py::cast(shape));
}

Shape to_shape(const py::handle& value) {
  if (py::isinstance<py::int_>(value)) return {value.cast<std::int64_t>()};
  return value.cast<Shape>();
}

}  // namespace tacit::python
