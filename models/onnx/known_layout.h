#pragma once

#include <cstdint>
#include <vector>

#include "models/onnx/known_values.h"

// How the elements of known values lie, for those who compute with them (known_arithmetic.h, known_movement.h).

namespace tacit::models::onnx {

// Shapes have few elements and masks tokens^2; larger constants are weights, which nothing computes with.
inline constexpr std::size_t most_elements = std::size_t{1} << 22;

/// A node that is computed: all of its inputs.
using Inputs = std::vector<KnownValues>;

/// An operator that is computed, of so many inputs.
struct KnownRule {
  std::string_view operation;
  std::size_t least, most;
  KnownValues (*compute)(NodeImport&, const Inputs&);
};

/// How many elements a shape has. Refuses very many.
std::size_t count_of(const NodeImport& node, const Shape& shape);
/// A number as an integer; ends of slices may be the largest ones, which are no doubles.
std::int64_t whole(const Number& number);
/// The same of a number that does not depend on the batch. Refuses another.
std::int64_t plain(const NodeImport& node, const Number& number);
std::vector<std::int64_t> plain_list(const NodeImport& node, const KnownValues& list);

/// How far apart in the values neighbours along each axis are; 0 along axes that are repeated to `shape`.
std::vector<std::size_t> steps(const Shape& own, const Shape& shape);
/// Values of `from` where result element i lies `steps` along the axes of `shape`, from `begin` on.
KnownValues picked(const NodeImport& node, const KnownValues& from, Shape shape, const std::vector<std::size_t>& step,
                   std::size_t begin = 0);
/// The shape that all inputs are repeated to. Refuses those that do not fit.
Shape broadcast(const NodeImport& node, const Inputs& inputs);

}  // namespace tacit::models::onnx
