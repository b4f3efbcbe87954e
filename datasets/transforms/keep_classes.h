#pragma once

#include <cstdint>
#include <span>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// The examples whose label is in `kept`, in their order, renumbered: label kept[i] becomes i. Throws Error(usage) on
/// real-valued targets, fewer than two classes, a class that stands twice or does not exist, Error(data) on a class
/// without examples.
Dataset keep_classes(const Dataset& data, std::span<const std::int64_t> kept);

}  // namespace tacit::datasets
