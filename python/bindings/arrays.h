#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/parameters.h"

namespace tacit::python {

namespace py = pybind11;

/// An argument that is read: any array-like of numbers, made contiguous and of our type where it is not.
template <class T>
using Array = py::array_t<T, py::array::c_style | py::array::forcecast>;

template <class T>
std::span<const T> view(const Array<T>& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

/// "(3, 64)".
std::string shape_of(const py::array& array);

/// A result of that shape, whose memory `span` is written.
template <class T>
struct Result {
  explicit Result(const std::vector<std::size_t>& shape)
      : array(std::vector<py::ssize_t>(shape.begin(), shape.end())),
        span(array.mutable_data(), static_cast<std::size_t>(array.size())) {}
  py::array_t<T> array;
  std::span<T> span;
};

/// Numbers in a new array of that shape.
template <class T>
py::array_t<T> to_array(std::span<const T> values, const std::vector<std::size_t>& shape) {
  Result<T> result(shape);
  std::copy(values.begin(), values.end(), result.span.begin());
  return std::move(result.array);
}
template <class T>
py::array_t<T> to_array(const std::vector<T>& values) {
  return to_array(std::span<const T>(values), {values.size()});
}

/// How many examples of `shape` an array holds, which is [count, shape...] or [count, elements]; one example may come
/// without the first axis. Throws Error(usage) naming the argument, what came and what was expected.
std::size_t count_of(const py::array& array, const Shape& shape, const std::string& name);

/// Throws Error(usage) unless an array has so many elements.
void require_size(const py::array& array, std::size_t size, const std::string& name);

py::tuple to_tuple(const Shape& shape);
Shape to_shape(const py::handle& value);

}  // namespace tacit::python
